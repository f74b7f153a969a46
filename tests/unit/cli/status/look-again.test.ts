import { once } from "node:events";
import { createServer, type Server } from "node:http";

import { afterEach, beforeEach, expect, it } from "vitest";

import type { NetworkDeclaration } from "../../../../bootstrap/status/report.ts";
import { lookAgain } from "../../../../cli/status/look-again.ts";
import { freePorts } from "../../../../engine/free-ports.ts";

/** Answers as an engine on which there is nothing. */
class EmptyEngine {
  readonly port: number;
  #server: Server | undefined;

  constructor(port: number) {
    this.port = port;
  }

  async start(): Promise<void> {
    this.#server = createServer(({ url = "" }, response) => {
      response.setHeader("Api-Version", "1.41");
      response.end(url.endsWith("_ping") ? "OK" : "[]");
    });
    this.#server.listen(this.port, "127.0.0.1");
    await once(this.#server, "listening");
  }

  stop(): void {
    this.#server?.closeAllConnections();
    this.#server?.close();
  }
}

let first: EmptyEngine;
let second: EmptyEngine;
let look: () => Promise<string | undefined>;
beforeEach(async () => {
  const [one = 0, two = 0] = await freePorts(2);
  [first, second] = [new EmptyEngine(one), new EmptyEngine(two)];
  await Promise.all([first.start(), second.start()]);
  const hosts = [first, second].map(({ port }, index) => ({
    ...{ name: `host-${index}`, host: `tcp://127.0.0.1:${port}`, address: "127.0.0.1" },
  }));
  const bob = { name: "bob", host: "host-1", container: "bob", endpoint: "", ports: {} };
  const declared = {
    ...{ name: "dev", id: "dev", rpcUser: "", rpcPassword: "", freshBlock: false, pending: 0 },
    ...{ nodes: [{ ...bob, role: undefined }], services: [], connect: [], snapshots: {} },
    chain: undefined,
  } satisfies NetworkDeclaration;
  const again = lookAgain({ declared, engine: { hosts } }, AbortSignal.timeout(30_000));
  look = async () => (await again()).nodes[0]?.state;
});
afterEach(() => {
  first.stop();
  second.stop();
});

it("knows of a host that was silent at first, when it is back", async () => {
  second.stop();
  expect(await look()).toBe("unknown");
  expect(await look()).toBe("unknown");
  await second.start();
  expect(await look()).toBe("gone");
});

it("goes on without a host that fails, and with it when it is back", async () => {
  expect(await look()).toBe("gone");
  second.stop();
  await expect(look()).rejects.toThrow("ECONNREFUSED");
  expect(await look()).toBe("unknown");
  await second.start();
  expect(await look()).toBe("gone");
});

it("fails while the first host is silent, and no longer", async () => {
  expect(await look()).toBe("gone");
  first.stop();
  await expect(look()).rejects.toThrow("ECONNREFUSED");
  await expect(look()).rejects.toThrow("hosts[0], host-0: No Docker engine answers at ");
  await first.start();
  expect(await look()).toBe("gone");
});
