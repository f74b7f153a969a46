import { subscribe, unsubscribe } from "node:diagnostics_channel";
import dns from "node:dns";
import { inspect } from "node:util";
import { expect, expectTypeOf, test, vi } from "vitest";
import { RpcClient, type RpcClientOptions } from "../../../../bootstrap/rpc/client.ts";
import {
  RpcAuthError,
  RpcConnectionError,
  RpcError,
  RpcProtocolError,
  RpcResponseError,
  RpcTimeoutError,
} from "../../../../bootstrap/rpc/rpc-errors.ts";
import type { BlockSeen } from "../../../../bootstrap/rpc/methods.ts";
import {
  type Turn,
  cutAnswer,
  cutLastAnswer,
  cutLine,
  garbage,
  hang,
  http,
  legacy,
  result,
  rpcError,
  startStub,
  unusedPort,
} from "../../../helpers/stub-server.ts";

const PASSWORD = "a-password-that-nobody-may-see";

function connect(url: string, options: Partial<RpcClientOptions> = {}): RpcClient {
  return new RpcClient({ url, user: "user", password: PASSWORD, ...options });
}

/** Calls once against a stub that takes these turns; returns the error and what the stub received. */
async function fail(
  turns: readonly Turn[],
  method = "getblockcount",
  options: Partial<RpcClientOptions> = {},
): Promise<{ error: RpcError; received: number; url: string }> {
  await using stub = await startStub(turns);
  await using client = connect(stub.url, options);
  try {
    const value = await client.call<unknown>(method, ["a-parameter-that-no-error-shows"]);
    expect.fail(`there was a result: ${inspect(value)}`);
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    expect(inspect(error, { depth: 9 })).not.toContain(PASSWORD);
    expect(inspect(error, { depth: 9 })).not.toContain(
      Buffer.from(`user:${PASSWORD}`).toString("base64"),
    );
    expect(error.message).not.toContain("a-parameter");
    expect(error.message).toContain(`${stub.url} ${method}: `);
    return { error, received: stub.requests.length, url: stub.url };
  }
}

test("a call is a JSON-RPC 2.0 request with the user's credentials", async () => {
  await using stub = await startStub([result(101)]);
  await using client = connect(stub.url);
  await expect(client.call("getblockcount")).resolves.toBe(101);
  expect(stub.requests).toMatchObject([
    {
      path: "/",
      jsonrpc: "2.0",
      method: "getblockcount",
      params: [],
      headers: { authorization: `Basic ${Buffer.from(`user:${PASSWORD}`).toString("base64")}` },
    },
  ]);
});

test("calls one after the other share connections, those of a wallet's client too", async () => {
  await using stub = await startStub([result(1)]);
  await using node = connect(stub.url);
  const wallet = node.wallet("alice");
  for (let call = 0; call < 10; call++) {
    await node.call("getblockcount");
    await wallet.call("getbalance");
  }
  // The pool opens a second one when a call follows before the first has settled.
  expect(new Set(stub.requests.map(({ clientPort }) => clientPort)).size).toBeLessThanOrEqual(2);
});

test("a wallet's calls go to its path, and closing its client leaves the node's open", async () => {
  await using stub = await startStub([result(1)]);
  await using node = connect(stub.url);
  const wallet = node.wallet("alice's / wallet");
  await wallet.call("getbalance");
  await wallet.close();
  await node.call("getblockcount");
  expect(stub.requests.map(({ path }) => path)).toEqual(["/wallet/alice's%20%2F%20wallet", "/"]);
  expect(wallet.url).toBe(`${stub.url}/wallet/alice's%20%2F%20wallet`);
});

test("parameters go by position or by name", async () => {
  await using stub = await startStub([result(null)]);
  await using client = connect(stub.url);
  await client.call("getblockhash", [7]);
  await client.call("createwallet", { wallet_name: "alice", load_on_startup: true });
  expect(stub.requests.map(({ params }) => params)).toEqual([
    [7],
    { wallet_name: "alice", load_on_startup: true },
  ]);
});

test("each request has an id of its own", async () => {
  await using stub = await startStub([result(1)]);
  await using client = connect(stub.url);
  await Promise.all([client.call("uptime"), client.call("uptime"), client.call("uptime")]);
  expect(new Set(stub.requests.map(({ id }) => id)).size).toBe(3);
});

test("the older answer's result is read too", async () => {
  await using stub = await startStub([legacy(200, { result: 7, error: null })]);
  await using client = connect(stub.url);
  await expect(client.call("getblockcount")).resolves.toBe(7);
});

test("a result of null is a result", async () => {
  await using stub = await startStub([result(null)]);
  await using client = connect(stub.url);
  await expect(client.call("ping")).resolves.toBeNull();
});

test.each([
  ["with HTTP 200", rpcError(-8, "Block height out of range")],
  [
    "with HTTP 500",
    legacy(500, { result: null, error: { code: -8, message: "Block height out of range" } }),
  ],
  [
    "with HTTP 404",
    legacy(404, { result: null, error: { code: -8, message: "Block height out of range" } }),
  ],
])("an error of the node keeps its code and words, %s, and is final", async (_name, turn) => {
  const { error, received, url } = await fail([turn], "getblockhash");
  expect(error).toBeInstanceOf(RpcResponseError);
  expect(error).toMatchObject({
    code: -8,
    rpcMessage: "Block height out of range",
    method: "getblockhash",
  });
  expect(error.message).toBe(`${url} getblockhash: Block height out of range (code -8)`);
  expect(received).toBe(1);
});

test("an error of a node that could not read the id is taken as this call's", async () => {
  const { error } = await fail([
    (_request, response) =>
      response.end('{"id":null,"error":{"code":-32700,"message":"Parse error"}}'),
  ]);
  expect(error).toMatchObject({ name: "RpcResponseError", code: -32700 });
});

test("pages of help in an error are kept, and cut in the message", async () => {
  const help = `getblockhash height\n\n${"Returns hash of block.\n".repeat(100)}`;
  const { error } = await fail([rpcError(-1, help)]);
  expect(error).toMatchObject({ rpcMessage: help });
  expect(error.message).toContain("getblockhash height Returns hash of block.");
  expect(error.message.length).toBeLessThan(400);
});

test.each([
  ["HTTP 503", http(503, "Work queue depth exceeded")],
  ["a warming-up node with HTTP 200", rpcError(-28, "Loading block index…")],
  [
    "a warming-up node with HTTP 500",
    legacy(500, { result: null, error: { code: -28, message: "Loading…" } }),
  ],
])("%s is waited out, also for a call that changes something", async (_name, busy) => {
  await using stub = await startStub([busy, busy, result("txid")]);
  await using client = connect(stub.url);
  await expect(client.call("sendtoaddress", ["address", 30])).resolves.toBe("txid");
  expect(stub.requests).toHaveLength(3);
});

test("what is waited out ends at the call's limit, and is told", async () => {
  const { error, received } = await fail([http(503, "Work queue depth exceeded")], "send", {
    timeoutMs: 1000,
  });
  expect(error).toBeInstanceOf(RpcTimeoutError);
  expect(error).toMatchObject({
    timeoutMs: 1000,
    cause: { code: "HTTP_503" },
    mayHaveTakenEffect: false,
  });
  expect(error.detail).toBe(
    'no answer within 1 s; last seen: the node takes no calls now (HTTP 503: "Work queue depth exceeded")',
  );
  expect(received).toBeGreaterThan(1);
});

test.each([
  ["the connection closed without an answer", cutLine],
  ["the connection closed in the middle of an answer", cutAnswer],
  ["the connection ended in the middle of its last answer", cutLastAnswer],
])("%s: a call that only reads is sent again", async (_name, cut) => {
  await using stub = await startStub([cut, cut, result(101)]);
  await using client = connect(stub.url);
  await expect(client.call("getblockcount")).resolves.toBe(101);
  expect(stub.requests).toHaveLength(3);
});

test.each([
  ["the connection closed without an answer", cutLine, "generatetoaddress"],
  ["the connection closed in the middle of an answer", cutAnswer, "send"],
  ["the connection ended in the middle of its last answer", cutLastAnswer, "sendtoaddress"],
  ["the connection closed on a method that nobody knows", cutLine, "somethingnew"],
])("%s: a call that may change something is not sent again", async (_name, cut, method) => {
  const { error, received } = await fail([cut, result(null)], method);
  expect(error).toBeInstanceOf(RpcConnectionError);
  expect(error).toMatchObject({ mayHaveTakenEffect: true });
  expect(error.message).toContain("the call may still have taken effect");
  expect(received).toBe(1);
});

test("a refused connection is tried again, also for a call that changes something", async () => {
  const port = await unusedPort();
  const refused = Promise.withResolvers<unknown>();
  subscribe("undici:client:connectError", refused.resolve);
  try {
    await using client = connect(`http://127.0.0.1:${port}`);
    const sent = client.call("sendtoaddress", ["address", 30]);
    await refused.promise;
    await using stub = await startStub([result("txid")], port);
    await expect(sent).resolves.toBe("txid");
    expect(stub.requests).toHaveLength(1);
  } finally {
    unsubscribe("undici:client:connectError", refused.resolve);
  }
});

test.each(["127.0.0.1", "localhost"])(
  "without retry, a refused connection to %s is told at once",
  async (host) => {
    await using client = connect(`http://${host}:${await unusedPort()}`, { retry: false });
    const call = client.call("send", { outputs: [] });
    await expect(call).rejects.toBeInstanceOf(RpcConnectionError);
    await expect(call).rejects.toMatchObject({ code: "ECONNREFUSED", mayHaveTakenEffect: false });
  },
);

test("a host whose addresses all refuse the connection is told as one refusal", async () => {
  const port = await unusedPort();
  const lookup = vi.spyOn(dns, "lookup").mockImplementation(((
    _host: string,
    _options: unknown,
    answer: (error: null, addresses: dns.LookupAddress[]) => void,
  ) => {
    answer(null, [
      { address: "127.0.0.1", family: 4 },
      { address: "127.0.0.2", family: 4 },
    ]);
  }) as typeof dns.lookup);
  try {
    await using client = connect(`http://node:${port}`, { retry: false });
    await expect(client.call("send", { outputs: [] })).rejects.toMatchObject({
      code: "ECONNREFUSED",
      mayHaveTakenEffect: false,
      cause: { name: "AggregateError" },
    });
  } finally {
    lookup.mockRestore();
  }
});

test("a name that does not resolve is final, unless it is that of a container that may start again", async () => {
  await using stub = await startStub([result(1)]);
  const { port } = new URL(stub.url);
  let asked = 0;
  const lookup = vi.spyOn(dns, "lookup").mockImplementation(((
    _host: string,
    _options: unknown,
    answer: (error: Error | null, addresses?: dns.LookupAddress[]) => void,
  ) => {
    asked += 1;
    const code = asked % 2 === 1 ? "ENOTFOUND" : "EAI_AGAIN";
    const error = Object.assign(new Error(`getaddrinfo ${code}`), { code, syscall: "getaddrinfo" });
    if (asked < 4) answer(error);
    else answer(null, [{ address: "127.0.0.1", family: 4 }]);
  }) as typeof dns.lookup);
  try {
    await using client = connect(`http://node:${port}`);
    const call = client.call("getblockcount");
    await expect(call).rejects.toMatchObject({ code: "ENOTFOUND", mayHaveTakenEffect: false });
    expect(asked).toBe(1);
    await using patient = connect(`http://node:${port}`, { retryUnresolved: true });
    await expect(patient.call("getblockcount")).resolves.toBe(1);
    expect(asked).toBe(4);
  } finally {
    lookup.mockRestore();
  }
});

test("one call can be without retry", async () => {
  await using stub = await startStub([http(503), result(1)]);
  await using client = connect(stub.url);
  await expect(client.call("getblockcount", [], { retry: false })).rejects.toMatchObject({
    code: "HTTP_503",
  });
  expect(stub.requests).toHaveLength(1);
});

test("wrong credentials name the user and are final", async () => {
  const { error, received } = await fail([http(401)]);
  expect(error).toBeInstanceOf(RpcAuthError);
  expect(error).toMatchObject({ status: 401, user: "user" });
  expect(error.detail).toMatch(
    /^the node does not accept the password of user "user" \(HTTP 401\)/,
  );
  expect(received).toBe(1);
});

test("a refused address points at rpcallowip and is final", async () => {
  const { error, received } = await fail([http(403)]);
  expect(error).toBeInstanceOf(RpcAuthError);
  expect(error.message).toContain("rpcallowip");
  expect(received).toBe(1);
});

test("a node that hangs ends at the call's limit, after one request", async () => {
  const { error, received } = await fail([hang], "getblockcount", { timeoutMs: 250 });
  expect(error).toBeInstanceOf(RpcTimeoutError);
  expect(error).toMatchObject({ timeoutMs: 250, mayHaveTakenEffect: false });
  expect(error.detail).toBe("no answer within 0.25 s");
  expect(received).toBe(1);
});

test("a call that hangs and changes something may have taken effect", async () => {
  const { error, received } = await fail([hang], "generatetoaddress", { timeoutMs: 250 });
  expect(error).toMatchObject({ name: "RpcTimeoutError", mayHaveTakenEffect: true });
  expect(received).toBe(1);
});

test("the limit of a call goes before the client's", async () => {
  await using stub = await startStub([hang]);
  await using client = connect(stub.url, { timeoutMs: 60_000 });
  await expect(client.call("getblockcount", [], { timeoutMs: 30 })).rejects.toMatchObject({
    timeoutMs: 30,
  });
});

test("a call that waits in the node has the node's time on top", async () => {
  const { promise: answered, resolve: answer } = Promise.withResolvers<undefined>();
  await using stub = await startStub([
    (request, response) =>
      void answered.then(() => {
        result({ hash: "00", height: 9 })(request, response);
      }),
  ]);
  await using client = connect(stub.url, { timeoutMs: 20 });
  const waiting = client.call("waitforblockheight", [9, 60_000]);
  // Another call of this client reaches its limit of 20 ms first, and the waiting one lives on.
  await expect(client.call("getblockcount")).rejects.toBeInstanceOf(RpcTimeoutError);
  answer(undefined);
  await expect(waiting).resolves.toEqual({ hash: "00", height: 9 });
});

test.each(["client", "call"])("the %s's signal ends a call with its reason", async (whose) => {
  const controller = new AbortController();
  const reason = new Error("Ctrl-C");
  await using stub = await startStub([
    () => {
      controller.abort(reason);
    },
  ]);
  await using client = connect(stub.url, whose === "client" ? { signal: controller.signal } : {});
  const options = whose === "call" ? { signal: controller.signal } : {};
  await expect(client.call("getblockcount", [], options)).rejects.toBe(reason);
  expect(stub.requests).toHaveLength(1);
});

test.each<[name: string, turn: Turn, told: RegExp]>([
  [
    "an HTML page",
    http(200, "<!DOCTYPE html><title>Grafana</title>", "text/html"),
    /HTTP 200, text\/html\): "Grafana"/,
  ],
  ["an empty answer", http(204), /HTTP 204/],
  ["an unknown path", http(404), /HTTP 404/],
  ["bytes that are not HTTP", garbage, /does not speak HTTP/],
  [
    "JSON of another kind",
    http(200, '{"status":"ok"}', "application/json"),
    /15 characters of JSON/,
  ],
  ["JSON that is no object", http(200, "[]", "application/json"), /2 characters of JSON/],
  [
    "an answer to another request",
    ({ id }, response) => response.end(JSON.stringify({ id: id + 1, result: 5 })),
    /to request 2, not to request 1/,
  ],
  [
    "an answer without id",
    (_request, response) => response.end('{"result":5}'),
    /to request none, not to request 1/,
  ],
  [
    "a result with id null",
    (_request, response) => response.end('{"result":5,"id":null}'),
    /to request null/,
  ],
  [
    "an error without code",
    ({ id }, response) => response.end(JSON.stringify({ id, error: "no" })),
    /no code and message: "no"/,
  ],
])("%s is not taken for a node's answer, and is final", async (_name, turn, told) => {
  const { error, received } = await fail([turn]);
  expect(error).toBeInstanceOf(RpcProtocolError);
  expect(error.message).toMatch(told);
  expect(received).toBe(1);
});

test("a long page is shown in its beginning only", async () => {
  const { error } = await fail([http(502, "x".repeat(5_000), "text/html")]);
  expect(error.message.length).toBeLessThan(350);
});

test("broken JSON, which may hold a wallet's keys, is not shown", async () => {
  const { error } = await fail([
    http(200, '{"result":{"descriptors":[{"desc":"pkh(cSecret', "application/json"),
  ]);
  expect(error).toBeInstanceOf(RpcProtocolError);
  expect(inspect(error)).not.toContain("cSecret");
});

test.each([
  ["announced", 2000],
  ["not announced", undefined],
])("an answer larger than allowed, its size %s, is not read to its end", async (_name, length) => {
  const { error, received } = await fail(
    [
      (_request, response) => {
        response.writeHead(200, length === undefined ? {} : { "content-length": length });
        // No more follows: to read on would be to hang.
        response.write(`{"result":"${"x".repeat(1500)}`);
      },
    ],
    "getblock",
    { maxResponseBytes: 1000, timeoutMs: 5_000 },
  );
  expect(error).toBeInstanceOf(RpcProtocolError);
  expect(error.detail).toBe("the answer is larger than 1000 bytes, the client's maxResponseBytes");
  expect(received).toBe(1);
});

test.each([
  ["", "30 MB of brackets", "[".repeat(30_000_000)],
  ["", "brackets in a result", `{"id":1,"result":${"[".repeat(513)}${"]".repeat(513)}}`],
  ["; the call may still have taken effect", "empty arrays", `[${"[],".repeat(1_000_001)}[]]`],
])("a hostile answer is refused before it is parsed%s: %s", async (more, _name, text) => {
  const method = more === "" ? "getblock" : "sendtoaddress";
  const { error, received } = await fail([http(200, text, "application/json")], method);
  expect(error).toBeInstanceOf(RpcProtocolError);
  expect(error.detail).toMatch(
    /^the answer was not read: it has more than \d+ (nested )?objects and arrays/,
  );
  expect(error.detail.endsWith("may still have taken effect")).toBe(more !== "");
  expect(received).toBe(1);
});

const echoed = Buffer.from(`user:${PASSWORD}`).toString("base64");
test.each<[string, Turn]>([
  ["a page", http(500, `you sent Basic ${echoed}, that is ${PASSWORD}`)],
  ["a page behind 503", http(503, PASSWORD)],
  ["a content type", http(500, "no", `text/${PASSWORD}`)],
  ["an error's message", rpcError(-1, `not ${PASSWORD}`)],
  ["another id", (_request, response) => response.end(`{"result":1,"id":"${PASSWORD}"}`)],
  [
    "an error of another kind",
    ({ id }, response) => response.end(`{"error":"${echoed}","id":${id}}`),
  ],
  [
    "bytes that are not HTTP",
    (_request, response) => response.socket?.end(`${echoed} ${PASSWORD}\r\n\r\n`),
  ],
])("credentials that a server echoes are in no error: %s", async (_name, turn) => {
  // `fail` looks through the whole error.
  const { error } = await fail([turn], "getblockcount", { retry: false });
  expect(error.message).not.toContain(PASSWORD.slice(0, 12));
});

test("control characters of an answer are written out in the error, and stay in the node's own words", async () => {
  const words = "\u001b[2J\u009bcleared\u202e";
  const { error } = await fail([rpcError(-1, words)]);
  expect(error.detail).toBe("\\u001b[2J\\u009bcleared\\u202e (code -1)");
  expect(error).toMatchObject({ rpcMessage: words });
  const page = await fail([http(500, "x", "text/\u0085plain")]);
  expect(page.error.message).not.toContain("\u0085");
});

test("an integer that a number cannot hold is refused with its place, or a bigint when asked for", async () => {
  const text = '{"a":1,"fees":[{"delta":1},{"delta":-9223372036854775807,"sum":9007199254740992}]}';
  const turn: Turn = ({ id }, response) => response.end(`{"result":${text},"id":${id}}`);
  const { error } = await fail([turn], "getprioritisedtransactions");
  expect(error).toBeInstanceOf(RpcProtocolError);
  expect(error.detail).toMatch(
    /^the answer was not read: result\.fees\[1\]\.delta is an integer that a JavaScript number cannot hold exactly/,
  );
  await using stub = await startStub([turn]);
  await using client = connect(stub.url, { largeIntegers: "bigint" });
  await expect(client.call<unknown>("getprioritisedtransactions")).resolves.toEqual({
    a: 1,
    fees: [{ delta: 1 }, { delta: -9223372036854775807n, sum: 9007199254740992 }],
  });
});

test("what cannot be written as JSON is the caller's mistake and never sent", async () => {
  await using stub = await startStub([result(1)]);
  await using client = connect(stub.url);
  await expect(client.call<unknown>("send", [30n])).rejects.toBeInstanceOf(TypeError);
  expect(stub.requests).toHaveLength(0);
});

test("closing gives up the calls under way", async () => {
  const { promise: arrived, resolve: arrive } = Promise.withResolvers<undefined>();
  await using stub = await startStub([
    () => {
      arrive(undefined);
    },
  ]);
  const client = connect(stub.url);
  const call = client.call("getblockcount");
  call.catch(() => undefined);
  await arrived;
  await client.close();
  await expect(call).rejects.toBeInstanceOf(RpcConnectionError);
});

test.each([
  "127.0.0.1:18332",
  "https://node",
  `http://user:${PASSWORD}@node:1`,
  "http://node:1/wallet/x",
  "http://node:1?x",
])("the url %s is refused without being shown", (url) => {
  expect(() => connect(url)).toThrow(
    new TypeError("the url of a node is http://HOST:PORT; give user and password separately"),
  );
});

test("a client that is printed shows no password", () => {
  expect(inspect(connect("http://127.0.0.1:1"), { depth: 9, showHidden: true })).not.toContain(
    PASSWORD,
  );
});

test("known methods are typed, others need the type of their result", () => {
  const client = connect("http://127.0.0.1:1", { signal: AbortSignal.abort() });
  const check = (): unknown[] => [
    expectTypeOf(client.call("getblockcount")).resolves.toBeNumber(),
    expectTypeOf(client.call("waitforblockheight", [1, 1000])).resolves.toEqualTypeOf<BlockSeen>(),
    expectTypeOf(client.call<boolean>("somethingnew", [1])).resolves.toBeBoolean(),
    expectTypeOf(client.callAll([["getblockhash", [7]], ["getblockcount"]])).resolves.toEqualTypeOf<
      [string, number]
    >(),
    // @ts-expect-error a height must be given
    client.callAll([["getblockhash"]]),
    // @ts-expect-error a height is a number
    client.call("getblockhash", ["7"]),
    // @ts-expect-error a height must be given
    client.call("getblockhash"),
    // @ts-expect-error a method without a type
    client.call("somethingnew"),
  ];
  expect(check).toBeTypeOf("function");
});

test("a batch is one request, and its results are in the order of its calls", async () => {
  const answers = [2, 3, 1].map((id) => ({ jsonrpc: "2.0", result: `hash ${id - 1}`, id }));
  await using stub = await startStub([http(200, JSON.stringify(answers), "application/json")]);
  await using client = connect(stub.url);
  const hashes = await client.callMany("getblockhash", [[0], [1], [2]]);
  expect(hashes).toEqual(["hash 0", "hash 1", "hash 2"]);
  expect(stub.requests).toHaveLength(1);
  expect(await client.callMany("getblockhash", [])).toEqual([]);
  expect(stub.requests).toHaveLength(1);
});

test("a batch may be of several methods, and names the one that failed", async () => {
  const turn = (answers: readonly object[]): Turn =>
    http(200, JSON.stringify(answers), "application/json");
  await using stub = await startStub([
    turn([
      { id: 2, result: 7 },
      { id: 1, result: "a" },
    ]),
    turn([
      { id: 3, result: "a" },
      { id: 4, error: { code: -32601, message: "Method not found" } },
    ]),
  ]);
  await using client = connect(stub.url, { retry: false });
  expect(await client.callAll([["getbestblockhash"], ["getblockcount"]])).toEqual(["a", 7]);
  expect(stub.requests).toHaveLength(1);
  await expect(client.callAll([["getbestblockhash"], ["getblockcount"]])).rejects.toThrow(
    "getblockcount: Method not found",
  );
});

test.each([
  [
    "the first that failed",
    [
      { result: "a", id: 1 },
      { error: { code: -8, message: "Block height out of range" }, id: 2 },
    ],
    "Block height out of range (code -8)",
  ],
  ["an answer that is missing", [{ result: "a", id: 1 }], "not to request 2"],
  [
    "a refusal of all of it",
    { error: { code: -32600, message: "no" }, id: null },
    "no (code -32600)",
  ],
  ["what is no JSON-RPC", [1, 2], "this is not a response from bitcoind"],
])("a batch fails with %s", async (_case, answer, told) => {
  await using stub = await startStub([http(200, JSON.stringify(answer), "application/json")]);
  await using client = connect(stub.url, { retry: false });
  await expect(client.callMany("getblockhash", [[0], [1]])).rejects.toThrow(told);
});
