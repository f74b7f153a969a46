/** What the server is asked in error or in bad faith: a clear answer, and it lives. */
import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { connect, type Socket } from "node:net";

import { afterAll, afterEach, beforeAll, describe, expect, it, test } from "vitest";

import { type Explorer, openExplorer } from "../../explorer/explorer.ts";
import { cloneNetwork, type TestNetwork } from "../../testing/index.ts";
import { ask } from "../helpers/http.ts";
import { sharedKitSnapshot } from "../helpers/kit-snapshot.ts";

let network: TestNetwork;
let explorer: Explorer;
let tip: string;

beforeAll(async () => {
  const { name: snapshot } = await sharedKitSnapshot();
  network = await cloneNetwork({ snapshot });
  explorer = await openExplorer({ node: network.miner.rpc });
  ({ tip } = network.manifest.facts);
});
afterAll(async () => {
  await explorer[Symbol.asyncDispose]();
  await network.dispose();
});
afterEach(async () => {
  expect((await ask(`${explorer.url}/blocks/tip/hash`)).text).toBe(tip);
});

const unknown = "ab".repeat(32);
const alice = "mkvAYmgqrEFEsJ9zGBi9Z87gP5rGNAu2mx";

describe("paths", () => {
  it.each([
    [`/block/${unknown}`, 404, "Block not found"],
    [`/block/${unknown}/header`, 404, "Block not found"],
    [`/block/${unknown}/raw`, 404, "Block not found"],
    [`/block/${unknown}/txids`, 404, "Block not found"],
    [`/block/${unknown}/txs`, 404, "Block not found"],
    ["/block/latest", 400, "Invalid hex string"],
    [`/block/${unknown}00`, 400, "Invalid hex string"],
    ["/block/TIP/txid/0", 400, "Invalid hex string"],
    ["/block/TIP/txid/1", 404, "tx index out of range"],
    ["/block/TIP/txid/-1", 400, "Invalid number"],
    ["/block/TIP/txid/1e3", 400, "Invalid number"],
    ["/block/TIP/txs/25", 404, "start index out of range"],
    ["/block/TIP/txs/7", 400, "start index must be a multiple of 25"],
    ["/block-height/108", 404, "Block not found"],
    ["/block-height/99999999999999999999", 400, "Invalid number"],
    ["/block-height/-1", 400, "Invalid number"],
    ["/block-height/0x10", 400, "Invalid number"],
    ["/blocks/108", 404, "Block not found"],
    [`/tx/${unknown}`, 404, "Transaction not found"],
    [`/tx/${unknown}/hex`, 404, "Transaction not found"],
    [`/tx/${unknown}/raw`, 404, "Transaction not found"],
    [`/tx/${unknown}/outspends`, 404, "Transaction not found"],
    [`/tx/${unknown}/merkle-proof`, 404, "Transaction not found or is unconfirmed"],
    [`/tx/${unknown}/merkleblock-proof`, 404, "Transaction not found or is unconfirmed"],
    [`/tx/${unknown}/outspend/first`, 400, "Invalid number"],
    ["/tx/5b5c8d30", 400, "Invalid hex string"],
    ["/tx/5b5c8d30/status", 400, "Invalid hex string"],
    ["/scripthash/00", 400, "Invalid scripthash"],
    ["/scripthash/zz/utxo", 400, "Invalid scripthash"],
    ["/address/bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", 400, "Address on invalid network"],
    ["/address/tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx/txs", 400, "Address on invalid network"],
    ["/address/1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2/utxo", 400, "Address on invalid network"],
    [`/address/${alice.replace("2mx", "2mX")}`, 400, "Invalid Bitcoin address"],
    ["/address/%00", 400, "Invalid Bitcoin address"],
    ["/address/%ff", 400, "Invalid Bitcoin address"],
    ["/block-template", 403, "mining REST endpoints are disabled"],
    ["/asset/registry", 404, 'endpoint does not exist "/asset/registry"'],
    ["/api/nothing", 404, 'endpoint does not exist "/api/nothing"'],
    ["/api/", 404, 'endpoint does not exist "/api/"'],
  ])("%s: %i %s", async (path, status, text) => {
    const seen = await ask(
      explorer.url + path.replace("TIP", path.endsWith("TIP/txid/0") ? "x" : tip),
    );
    expect(seen).toMatchObject({ status, text });
    expect(seen.type).toContain("text/plain");
  });

  it("are the same below /api, and answers are kept by nobody", async () => {
    const response = await fetch(`${explorer.url}/api/blocks/tip/height`);
    expect(await response.text()).toBe("107");
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(response.headers.get("content-type")).toContain("text/plain");
  });

  it("that are too long are refused", async () => {
    expect((await ask(`${explorer.url}/address/${"x".repeat(100_000)}`)).status).toBe(431);
  });
});

describe("bodies", () => {
  const post = (path: string, body: RequestInit["body"]): ReturnType<typeof ask> =>
    ask(explorer.url + path, {
      method: "POST",
      body: body ?? null,
      ...({ duplex: "half" } as object),
    });
  const hex = "00".repeat(60);
  const list = (...transactions: string[]): string => JSON.stringify(transactions);

  it.each([
    ["/tx", "nothing", "", 400, '"code":-22'],
    ["/tx", "one byte", "00", 400, '"code":-22'],
    ["/tx", "JSON", "{}", 400, '"code":-22'],
    ["/tx", "binary data", "\u0000\u0001", 400, '"code":-22'],
    ["/tx", "too much", "0".repeat(1_000_001), 413, "Request body too large"],
    ["/txs/package", "nothing", "", 400, "Expected a JSON array of transactions in hex"],
    ["/txs/package", "numbers", "[1]", 400, "Expected a JSON array of transactions in hex"],
    ["/txs/package", "no transaction", "[]", 400, "submitpackage RPC error"],
    ["/txs/package", "too many", list(...Array<string>(26).fill(hex)), 400, "maximum of 25"],
    ["/txs/package", "a short one", list(hex, "00"), 400, "Invalid transaction size for item 1"],
    [
      "/txs/package",
      "no hex",
      list(hex, "zz".repeat(60)),
      400,
      "Invalid transaction hex for item 1",
    ],
    ["/txs/package", "no transactions", list(hex, hex), 400, '"code":-22'],
    ["/txs/package?maxfeerate=much", "a limit", list(hex), 400, "Invalid maxfeerate"],
    ["/txs/package?maxburnamount=", "a limit", list(hex), 400, "Invalid maxburnamount"],
    ["/txs/package", "far too much", "0".repeat(20_000_000), 413, "Request body too large"],
    ["/blocks", "anything", "x", 404, "endpoint does not exist"],
  ])("to %s: %s", async (path, _what, body, status, text) => {
    const seen = await post(path, body);
    expect(seen).toMatchObject({ status, text: expect.stringContaining(text) as string });
  });

  it("that never end are cut off", async () => {
    const endless = new ReadableStream({
      pull(controller) {
        controller.enqueue(new Uint8Array(100_000).fill(0x30));
      },
    });
    const sent = post("/tx", endless).catch(() => ({ status: 413 }));
    expect((await sent).status).toBe(413);
  });
});

/** What `fetch` does not let through: names that this server does not have. */
async function askAs(headers: Record<string, string>, method = "GET", path = "/blocks/tip/hash") {
  const sent = request(explorer.url + path, { method, headers });
  sent.end();
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return { response, text: Buffer.concat(chunks).toString() };
}

describe("pages of other sites", () => {
  it.each([
    "evil.example",
    "evil.example:3000",
    "127.0.0.1.nip.io",
    "localhost.evil.example",
    "[::2]",
  ])("whose name leads here, %s, get nothing", async (host) => {
    const { response, text } = await askAs({ host });
    expect(response.statusCode).toBe(403);
    expect(text).not.toContain(tip);
  });

  it.each(["https://evil.example", "null", "http://localhost.evil.example"])(
    "such as %s get nothing, and send nothing",
    async (origin) => {
      for (const [method, path] of [
        ["GET", "/blocks/tip/hash"],
        ["POST", "/tx"],
        ["OPTIONS", "/tx"],
      ]) {
        const { response, text } = await askAs({ origin }, method, path);
        expect(response.statusCode).toBe(403);
        expect(response.headers["access-control-allow-origin"]).toBeUndefined();
        expect(text).not.toContain(tip);
      }
    },
  );

  it("but a wallet under development on this machine may read and send", async () => {
    const origin = "http://localhost:5173";
    const { response, text } = await askAs({ origin });
    expect(text).toBe(tip);
    expect(response.headers["access-control-allow-origin"]).toBe(origin);
    const asked = { origin, "access-control-request-headers": "content-type" };
    const preflight = (await askAs(asked, "OPTIONS", "/tx")).response;
    expect(preflight.statusCode).toBe(204);
    expect(preflight.headers["access-control-allow-headers"]).toBe("content-type");
    // Errors can be read too.
    expect(
      (await askAs({ origin }, "POST", "/tx")).response.headers["access-control-allow-origin"],
    ).toBe(origin);
  });
});

test("clients that send slowly, or no HTTP, hold up nobody, and are cut off", async () => {
  const port = Number(new URL(explorer.url).port);
  const open = (text: string): Socket => {
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => undefined);
    socket.write(text);
    return socket;
  };
  const slow = Array.from({ length: 100 }, () =>
    open("GET /blocks/tip/hash HTTP/1.1\r\nHost: loc"),
  );
  const garbage = open("\u0016\u0003\u0001 this is no HTTP\r\n\r\n");
  const half = open("POST /tx HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500000\r\n\r\n00");
  const began = performance.now();
  expect((await ask(`${explorer.url}/blocks/tip/hash`)).text).toBe(tip);
  expect(performance.now() - began).toBeLessThan(5_000);
  await once(garbage.resume(), "close");
  await Promise.all(slow.map((socket) => once(socket.resume(), "close")));
  half.destroy();
});

test("many requests at once share their look at the node", async () => {
  const answers = Array.from({ length: 300 }, () => ask(`${explorer.url}/address/${alice}/utxo`));
  for (const { status, text } of await Promise.all(answers)) {
    expect(status).toBe(200);
    expect(JSON.parse(text)).toMatchObject([{ value: 30e8 }]);
  }
});
