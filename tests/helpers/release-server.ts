import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createGzip } from "node:zlib";
import { buffer } from "node:stream/consumers";

import { pack } from "tar-stream";

/** What is served at a path: bytes, or an answer of its own making. */
export type Served = Buffer | string | ((response: ServerResponse) => void);

export interface ReleaseServer extends AsyncDisposable {
  /** The folder that the files are in, ending in a slash. */
  readonly base: URL;
  /** The file names that were asked for, in order. */
  readonly requests: readonly string[];
  /** The Authorization header of each. */
  readonly authorizations: readonly (string | undefined)[];
}

/** Serves files of a release over loopback HTTP; what is not among them is a 404. */
export async function serveRelease(
  files: Readonly<Record<string, Served>>,
): Promise<ReleaseServer> {
  const requests: string[] = [];
  const authorizations: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    const name = (request.url ?? "").replace("/release/", "");
    requests.push(name);
    authorizations.push(request.headers.authorization);
    const served = files[name];
    if (served === undefined) response.writeHead(404).end("not here");
    else if (typeof served === "function") served(response);
    else response.end(served);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    base: new URL(`http://127.0.0.1:${port}/release/`),
    requests,
    authorizations,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

/** A .tar.gz of executable files. */
export async function archiveOf(files: Readonly<Record<string, string | Buffer>>): Promise<Buffer> {
  const archive = pack();
  for (const [name, content] of Object.entries(files))
    archive.entry({ name, mode: 0o755 }, content);
  archive.finalize();
  return buffer(archive.pipe(createGzip()));
}

/** A line of a checksums file. */
export function checksumLine(content: Buffer, name: string, algorithm = "sha256"): string {
  return `${createHash(algorithm).update(content).digest("hex")}  ${name}\n`;
}
