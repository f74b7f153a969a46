/** A container registry on loopback that has one image: engines take it without TLS there. */
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

import { pack } from "tar-stream";

export interface Registry extends AsyncDisposable {
  /** The image's name, registry and tag included. */
  readonly image: string;
  /** `REPOSITORY@sha256:…` of its manifest. */
  readonly repoDigest: string;
  /** How often its manifest was asked after, which a pull begins with. */
  readonly pulls: () => number;
}

/** Serves an image with one file and the given labels (Docker image manifest version 2, schema 2). */
export async function serveImage(labels: Readonly<Record<string, string>>): Promise<Registry> {
  const archive = pack();
  archive.entry({ name: "hello.txt" }, "hello");
  archive.finalize();
  const layer = await buffer(archive);
  const config = Buffer.from(
    JSON.stringify({
      architecture: process.arch === "x64" ? "amd64" : process.arch,
      os: "linux",
      config: { Labels: labels, Cmd: ["/hello.txt"] },
      rootfs: { type: "layers", diff_ids: [digestOf(layer)] },
    }),
  );
  const described = (blob: Buffer, mediaType: string): object => ({
    mediaType,
    size: blob.length,
    digest: digestOf(blob),
  });
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: manifestType,
      config: described(config, "application/vnd.docker.container.image.v1+json"),
      layers: [described(layer, "application/vnd.docker.image.rootfs.diff.tar")],
    }),
  );
  const blobs = new Map([layer, config].map((blob) => [digestOf(blob), blob]));
  let pulls = 0;

  const server = createServer(({ method, url = "" }, response) => {
    const name = url.split("/").at(-1) ?? "";
    let body = blobs.get(name) ?? Buffer.from("{}");
    if (url.includes("/manifests/")) {
      if (method === "HEAD") pulls += 1;
      body = manifest;
      response.setHeader("Content-Type", manifestType);
      response.setHeader("Docker-Content-Digest", digestOf(manifest));
    }
    response.setHeader("Content-Length", body.length);
    response.end(body);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const repository = `127.0.0.1:${(server.address() as AddressInfo).port}/regtest-network/hello`;
  return {
    image: `${repository}:1`,
    repoDigest: `${repository}@${digestOf(manifest)}`,
    pulls: () => pulls,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

const manifestType = "application/vnd.docker.distribution.manifest.v2+json";

function digestOf(blob: Buffer): string {
  return `sha256:${createHash("sha256").update(blob).digest("hex")}`;
}
