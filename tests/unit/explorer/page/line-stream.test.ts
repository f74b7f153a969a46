import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

import { Hono } from "hono";
import { expect, test } from "vitest";

import { serveHttp } from "../../../../explorer/http/http-server.ts";
import { lineStream } from "../../../../explorer/page/line-stream.ts";

const line = "x".repeat(100_000);
/** In bytes: what the kernel takes for a connection on this machine, twice. */
const most = 32_000_000;

test("a client that reads nothing is sent what fits into its connection, and one that leaves nothing more", async () => {
  let asked = 0;
  const left = Promise.withResolvers<undefined>();
  const app = new Hono();
  app.get("/", (c) =>
    c.body(
      lineStream(
        () => {
          asked += 1;
          // There is always more to tell.
          return new Promise((resolve) => setImmediate(resolve, line));
        },
        () => {
          left.resolve(undefined);
        },
      ),
    ),
  );
  await using server = await serveHttp(app);
  const socket = connect(Number(new URL(server.url).port), "127.0.0.1").pause();
  await once(socket, "connect");
  socket.write("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
  let before = -1;
  while (asked > before && asked * line.length < most) {
    before = asked;
    await sleep(300);
  }
  expect(asked).toBeGreaterThan(0);
  expect(asked * line.length).toBeLessThan(most);
  socket.destroy();
  await left.promise;
  const told = asked;
  await sleep(50);
  expect(asked).toBeLessThanOrEqual(told + 1);
});
