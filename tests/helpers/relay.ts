import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

import { resolveEndpoints } from "../../engine/endpoint.ts";

export interface Relay {
  /** First lines of the requests that came this way, such as `POST /v1.41/containers/create?name=alice HTTP/1.1`. */
  readonly requests: readonly string[];
  close(): void;
}

/** A socket behind which the engine is, until it is closed: then it is gone for whoever came this way. */
export async function relayToEngine(path: string): Promise<Relay> {
  const [{ host }] = await resolveEndpoints();
  const { protocol, hostname, port, pathname } = new URL(host);
  const sockets = new Set<Socket>();
  const requests: string[] = [];
  const server = createServer((near) => {
    const far = protocol === "unix:" ? connect(pathname) : connect(Number(port), hostname);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on("error", () => undefined);
    }
    near.on("data", (chunk: Buffer) => {
      const lines = chunk.toString("latin1").matchAll(/^(?:GET|HEAD|POST|PUT|DELETE) \S+ HTTP/gm);
      for (const [line] of lines) requests.push(line);
    });
    near.pipe(far).pipe(near);
  });
  server.listen(path);
  await once(server, "listening");
  return {
    requests,
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
