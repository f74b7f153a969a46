import type { IncomingHttpHeaders } from "node:http";

import { pointing } from "../base/troubleshooting.ts";
import type { Endpoint } from "./endpoint.ts";

/**
 * Podman answers the Docker Engine's API. Up to 5.8 a network comes up on it once, but each update replaces the network,
 * which has no `attachable` and no options there, and no snapshot is found: `alice` is `docker.io/library/alice`.
 */
export class PodmanError extends Error {
  override readonly name = "PodmanError";

  constructor({ host, source }: Endpoint) {
    const told =
      `Podman answers at ${host} (${source}), and is not supported: it names images and describes networks ` +
      "differently. Start a Docker engine, which may be rootless, and select it with DOCKER_HOST or a docker context";
    super(pointing(told, "no-docker-engine"));
  }
}

/** @param headers of what answered a ping */
export function isPodman(headers: IncomingHttpHeaders): boolean {
  return headers["libpod-api-version"] !== undefined;
}
