import { once } from "node:events";
import { createServer } from "node:net";

import { expect, test } from "vitest";

import { freePorts } from "../../../engine/free-ports.ts";

test("free ports are all different, can be listened on, and are none that the system gives to connections", async () => {
  const ports = await freePorts(50);
  expect(new Set(ports).size).toBe(50);
  for (const port of ports) {
    expect(port).toBeGreaterThanOrEqual(20_000);
    expect(port).toBeLessThan(32_768);
    const server = createServer().listen(port, "127.0.0.1");
    await once(server, "listening");
    server.close();
  }
});
