/** Over real sockets, with answers that the tests give. */
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";

import { afterEach, describe, expect, it } from "vitest";

import { type Answer, Connection } from "../../../../../explorer/electrum/wire/connection.ts";
import { ElectrumError } from "../../../../../explorer/electrum/wire/electrum-error.ts";
import {
  defaultLimits,
  type ElectrumLimits,
} from "../../../../../explorer/electrum/wire/limits.ts";
import { waitFor } from "../../../../../base/wait.ts";
import { ElectrumLines } from "../../../../helpers/electrum-lines.ts";

const opened: Disposable[] = [];
afterEach(() => {
  for (const one of opened.splice(0)) one[Symbol.dispose]();
});

interface Served {
  readonly client: ElectrumLines;
  readonly connection: Connection;
  /** The server's end. */
  readonly socket: Socket;
}

async function serve(answer: Answer, limits: Partial<ElectrumLimits> = {}): Promise<Served> {
  const server = createServer({ allowHalfOpen: true });
  const connected = Promise.withResolvers<Omit<Served, "client">>();
  server.on("connection", (socket) => {
    const connection = new Connection(socket, () => answer, { ...defaultLimits, ...limits });
    connected.resolve({ connection, socket });
    void connection.run();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const client = await ElectrumLines.connect(`tcp://127.0.0.1:${port}`);
  const { connection, socket } = await connected.promise;
  opened.push({
    [Symbol.dispose]: () => {
      client[Symbol.dispose]();
      connection.close();
      server.close();
    },
  });
  return { client, connection, socket };
}

const echo: Answer = (method, params) => Promise.resolve([method, params]);

describe("a request", () => {
  it("is answered with its id, by position and by name", async () => {
    const { client } = await serve(echo);
    expect(await client.answerTo('{"id":"a","method":"m","params":[1]}')).toEqual({
      ...{ jsonrpc: "2.0", id: "a", result: ["m", [1]] },
    });
    expect(await client.answerTo('{"id":null,"method":"m","params":{"x":1}}')).toMatchObject({
      ...{ id: null, result: ["m", { x: 1 }] },
    });
    expect(await client.answerTo('{"id":1.5,"method":"m"}')).toMatchObject({ result: ["m", []] });
  });

  it("without an id has no answer, also when it fails", async () => {
    const { client } = await serve((method) => Promise.reject(new Error(method)));
    client.send('{"method":"m"}');
    await client.answerTo('{"id":1,"method":"n"}');
    expect(client.answers).toEqual([
      { jsonrpc: "2.0", id: 1, error: { code: -32603, message: "internal error: n" } },
    ]);
  });

  it.each([
    ["7", null, "a request is an object with id, method and params"],
    ["null", null, "a request is an object with id, method and params"],
    ['{"id":77,"method":7}', 77, "method has to be a text"],
    ['{"id":{},"method":"m"}', null, "id has to be a number, a text or null"],
    ['{"id":77,"method":"m","params":"x"}', 77, "params has to be a list or an object"],
    ["[]", null, "a batch has 1 to 10000 requests, not 0"],
  ])("that is %s is refused, and the connection goes on", async (line, id, message) => {
    const { client } = await serve(echo);
    expect(await client.answerTo(line)).toEqual({
      ...{ jsonrpc: "2.0", id, error: { code: -32600, message } },
    });
    expect(await client.ask("m")).toEqual(["m", []]);
  });
});

describe("the connection ends", () => {
  it.each([
    [
      "another protocol",
      "POST / HTTP/1.1",
      -32700,
      /a line is not JSON: the Electrum protocol is spoken here/,
    ],
    ["a long line", "x".repeat(1_001), -32600, /a line is longer than 1000 bytes/],
  ])("after %s, before what follows is looked at", async (_, line, code, message) => {
    const asked: string[] = [];
    const answer: Answer = (method) => Promise.resolve(asked.push(method));
    const { client } = await serve(answer, { lineBytes: 1_000 });
    client.send(`${line}\n{"id":1,"method":"m"}`);
    await client.closed();
    expect(client.answers).toEqual([
      {
        jsonrpc: "2.0",
        id: null,
        error: { code, message: expect.stringMatching(message) as string },
      },
    ]);
    expect(asked).toEqual([]);
  });

  it("after an error that is the last, whatever else comes", async () => {
    let asked = 0;
    const { client, socket } = await serve(() => {
      asked += 1;
      return Promise.reject(new ElectrumError(1, "no common version", { last: true }));
    });
    expect(await client.exchange("m", [])).toMatchObject({ error: { code: 1 } });
    client.send('{"id":2,"method":"m"}');
    await client.closed();
    await until(() => socket.destroyed);
    expect(asked).toBe(1);
  });

  it("when the client has said its last word, and everything is answered", async () => {
    const late = Promise.withResolvers<string>();
    const { client, socket } = await serve(() => late.promise);
    client.socket.end('{"id":1,"method":"m"}\n');
    await once(socket, "end");
    setImmediate(() => {
      late.resolve("late");
    });
    await client.closed();
    expect(client.answers).toMatchObject([{ id: 1, result: "late" }]);
  });
});

describe("a batch", () => {
  it("is answered as one, each request for itself, and those without an id not at all", async () => {
    const { client } = await serve((method) =>
      method === "bad"
        ? Promise.reject(new ElectrumError(1, "bad it is"))
        : Promise.resolve(method),
    );
    const batch = '[{"id":1,"method":"a"},{"method":"b"},{"id":2,"method":"bad"},7]';
    expect(await client.answerTo(batch)).toMatchObject([
      { id: 1, result: "a" },
      { id: 2, error: { code: 1, message: "bad it is" } },
      { id: null, error: { code: -32600 } },
    ]);
  });

  it("asks for no more than an answer may be long", async () => {
    let asked = 0;
    const { client } = await serve(() => Promise.resolve("x".repeat(++asked && 1_000)), {
      answerBytes: 2_500,
    });
    const answers = await client.batch("m", Array(5).fill([]) as unknown[][]);
    expect(answers.map(({ error }) => error?.code)).toEqual([
      ...[undefined, undefined, undefined, -101, -101],
    ]);
    expect(asked).toBe(3);
  });

  it("has as many requests as the limit says", async () => {
    const { client } = await serve(echo, { batch: 2 });
    expect(
      await client.answerTo(JSON.stringify(Array(3).fill({ id: 1, method: "m" }))),
    ).toMatchObject({
      error: { message: "a batch has 1 to 2 requests, not 3" },
    });
  });
});

describe("a client that asks more than it may", () => {
  it("is read on when it has answers", async () => {
    let asked = 0;
    const answers: (() => void)[] = [];
    const { client } = await serve(
      () =>
        new Promise<number>((resolve) => {
          const own = ++asked;
          answers.push(() => {
            resolve(own);
          });
        }),
      { inFlight: 3 },
    );
    for (let id = 1; id <= 5; id++) client.send(JSON.stringify({ id, method: "m" }));
    await until(() => asked === 3);
    answers.shift()?.();
    await until(() => asked === 4);
    expect(client.answers).toHaveLength(1);
    for (const answer of answers) answer();
    await until(() => asked === 5);
  });
});

describe("a client that does not read", () => {
  const large = "x".repeat(1_000_000);

  it("is asked for nothing more, and is closed after a while", async () => {
    let asked = 0;
    const answer: Answer = () => Promise.resolve(++asked && large);
    const { client, connection } = await serve(answer, { unreadMs: 200 });
    client.socket.pause();
    for (let id = 1; id <= 100; id++) client.send(JSON.stringify({ id, method: "m" }));
    await until(() => connection.closed);
    // Of 100 MB only what the system's own buffers take.
    expect(asked).toBeLessThan(30);
  });

  it("stays when it reads in time", async () => {
    const { client, connection } = await serve(() => Promise.resolve(large), { unreadMs: 30_000 });
    client.socket.pause();
    for (let id = 1; id <= 30; id++) client.send(JSON.stringify({ id, method: "m" }));
    await until(() => !connection.hasRoom);
    client.socket.resume();
    await until(() => client.answers.length === 30);
    expect(connection.hasRoom).toBe(true);
    expect(connection.closed).toBe(false);
  });
});

async function until(condition: () => boolean): Promise<void> {
  await waitFor(() => Promise.resolve(condition() || undefined), {
    ...{ what: String(condition), limitMs: 10_000, maxEveryMs: 50 },
  });
}
