/** The engine that a program names, as an input of its resources. */
import type Docker from "dockerode";

import { connectEngine } from "../../engine/client.ts";

export interface OnEngine {
  /** Left out: the one that this process finds by itself, as the docker CLI does. */
  readonly engine?: EngineInput | undefined;
}

/** As the Docker provider has it. */
export interface EngineInput {
  /** Such as `unix:///path` or `tcp://host:port`. */
  readonly host?: string | undefined;
  /** The folder with `ca.pem`, `cert.pem` and `key.pem`, for an engine behind TLS. */
  readonly certPath?: string | undefined;
}

export async function connectTo(inputs: object, signal: AbortSignal): Promise<Docker> {
  const { host, certPath } = (inputs as OnEngine).engine ?? {};
  if (!host) return await connectEngine({ signal });
  const env = {
    ...process.env,
    ...(certPath && { DOCKER_CERT_PATH: certPath, DOCKER_TLS_VERIFY: "1" }),
  };
  return await connectEngine({ host, env, signal });
}
