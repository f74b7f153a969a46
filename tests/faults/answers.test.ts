/** A server in the node's place that answers as no node of this stack does: what the bootstrap says of it. */
import type Docker from "dockerode";
import { afterEach, describe, expect, test } from "vitest";

import type { Node } from "../../bootstrap/nodes/node.ts";
import { ensureReady } from "../../bootstrap/nodes/ready.ts";
import { RpcClient } from "../../bootstrap/rpc/client.ts";
import { type Run, step } from "../../bootstrap/nodes/run.ts";
import { ContainerExitedError } from "../../bootstrap/containers/container-exited-error.ts";
import { pointing } from "../../base/troubleshooting.ts";
import {
  cutAnswer,
  cutLine,
  garbage,
  hang,
  http,
  result,
  rpcError,
  type StubServer,
  startStub,
  type Turn,
  unusedPort,
} from "../helpers/stub-server.ts";

const limitMs = 300;
const password = "a-secret";

const cleanUp: AsyncDisposable[] = [];
afterEach(async () => {
  for (const thing of cleanUp.splice(0)) await thing[Symbol.asyncDispose]();
});

async function stub(...turns: Turn[]): Promise<StubServer> {
  const server = await startStub(turns);
  cleanUp.push(server);
  return server;
}

/** A container that has written this, and runs or has ended. */
function container(log = "", state: "running" | "ended" = "running"): Docker.Container {
  const text = Buffer.from(log);
  const header = Buffer.alloc(8);
  header.writeUInt32BE(text.length, 4);
  const fake = {
    inspect: () =>
      Promise.resolve({
        State: {
          Status: state === "ended" ? "exited" : state,
          Running: state === "running",
          ExitCode: 1,
        },
        RestartCount: 0,
      }),
    logs: () => Promise.resolve(Buffer.concat([header, text])),
  };
  return fake as unknown as Docker.Container;
}

function nodeAt(url: string, itsContainer = container()): Node {
  const credentials = { user: "user", password };
  const rpc = new RpcClient({ url, ...credentials, timeoutMs: limitMs });
  cleanUp.push(rpc);
  const wallet = rpc.wallet("alice");
  const spec = { name: "alice", role: "peer", containerId: "0123", ip: "172.18.0.2" } as const;
  const container = { container: itsContainer, containerName: "alice" };
  return { ...spec, ...container, ports: {}, credentials, rpc, wallet };
}

/** The bootstrap's first step on that node. Returns the message it fails with, which never has the password. */
async function failure(node: Node, signal = new AbortController().signal): Promise<string> {
  const run: Run = {
    nodes: [node],
    connect: [],
    limitMs,
    signal,
    report: () => undefined,
    count: () => undefined,
  };
  const error = await step(run, "wait for the nodes", () => ensureReady(run)).then(
    () => new Error("it did not fail"),
    (error: unknown) => error as Error,
  );
  const all = `${error.message} ${JSON.stringify(error)} ${error.stack ?? ""}`;
  expect(all.includes(password)).toBe(false);
  return error.message;
}

const regtest = result({ chain: "regtest" });
const itself = result({ subversion: "/Satoshi:29.0.0(alice)/" });
const failed = (url: string): string =>
  `step "wait for the nodes" failed: alice: ${url} getblockchaininfo:`;

describe("an answer that will not change is told at once", () => {
  const cases: readonly [string, Turn, string][] = [
    [
      "401",
      http(401),
      pointing('the node does not accept the password of user "user" (HTTP 401)', "wrong-password"),
    ],
    [
      "403",
      http(403),
      pointing(
        "the node does not accept calls from this address, which is not in its rpcallowip, " +
          'or its rpcwhitelist denies user "user" this method (HTTP 403)',
        "wrong-password",
      ),
    ],
    [
      "a web page",
      http(200, "<html><h1>Welcome</h1></html>", "text/html"),
      pointing(
        'this is not a response from bitcoind (HTTP 200, text/html): "Welcome"; is another service listening there?',
        "another-service-answers",
      ),
    ],
    [
      "bytes that are no HTTP",
      garbage,
      pointing("the server does not speak HTTP", "another-service-answers"),
    ],
    [
      "an error of the node's",
      rpcError(-32601, "Method not found"),
      "Method not found (code -32601)",
    ],
  ];

  test.each(cases)("%s", async (_name, turn, said) => {
    const { url, requests } = await stub(turn);
    expect(await failure(nodeAt(url))).toBe(`${failed(url)} ${said}`);
    expect(requests).toHaveLength(1);
  });

  test("another chain", async () => {
    const { url } = await stub(result({ chain: "main" }));
    expect(await failure(nodeAt(url))).toBe(
      pointing(
        `step "wait for the nodes" failed: alice: the server at ${url} is on chain main, not regtest`,
        "another-service-answers",
      ),
    );
  });

  test("another node", async () => {
    const { url } = await stub(regtest, result({ subversion: "/Satoshi:29.0.0(miner)/" }));
    expect(await failure(nodeAt(url))).toBe(
      pointing(
        `step "wait for the nodes" failed: alice: the server at ${url} identifies itself as /Satoshi:29.0.0(miner)/`,
        "another-service-answers",
      ),
    );
  });
});

describe("what passes is waited out", () => {
  test.each<[string, Turn]>([
    ["503", http(503, "Work queue depth exceeded")],
    ["a node that starts", rpcError(-28, "Loading block index…")],
    ["a cut line", cutLine],
    ["a cut answer", cutAnswer],
  ])("%s", async (_name, turn) => {
    const { url, requests } = await stub(turn, turn, regtest, itself);
    expect(await failure(nodeAt(url))).toBe("it did not fail");
    expect(requests).toHaveLength(4);
  });

  test.each<[string, Turn, string]>([
    [
      "503",
      http(503, "Work queue depth exceeded"),
      '; last seen: the node takes no calls now (HTTP 503: "Work queue depth exceeded")',
    ],
    ["a node that starts", rpcError(-28, "Loading…"), "; last seen: Loading… (code -28)"],
    ["a node that hangs", hang, ""],
  ])("and no longer than the limit: %s", async (_name, turn, seen) => {
    const { url } = await stub(turn);
    expect(await failure(nodeAt(url))).toBe(
      pointing(
        `${failed(url)} no answer within ${limitMs / 1000} s${seen}`,
        "a-step-took-too-long",
      ),
    );
  });

  test("and no longer than the limit: a port on which nothing listens", async () => {
    const port = await unusedPort();
    const url = `http://127.0.0.1:${port}`;
    expect(await failure(nodeAt(url))).toBe(
      pointing(
        `${failed(url)} no answer within ${limitMs / 1000} s; last seen: connect ECONNREFUSED 127.0.0.1:${port}`,
        "a-step-took-too-long",
      ),
    );
  });
});

test("a container that has ended is the reason, not the port that is gone with it", async () => {
  const url = `http://127.0.0.1:${await unusedPort()}`;
  expect(await failure(nodeAt(url, container("Error: no space\n", "ended")))).toBe(
    pointing(
      'step "wait for the nodes" failed: alice: its container ended with exit code 1; its last lines:\nError: no space',
      "a-node-ended",
    ),
  );
});

test("a node that has said that its disk is full is quoted: its answer does not tell", async () => {
  const { url } = await stub(rpcError(-1, "writing failed"));
  const log = "UpdateTip\nError: Disk space is too low!\nShutdown\n";
  expect(await failure(nodeAt(url, container(log)))).toBe(
    pointing(
      `${failed(url)} writing failed (code -1); its log says: Error: Disk space is too low!`,
      "disk-full",
    ),
  );
});

test("a container that ended before the step began is told with the step", async () => {
  const { url, requests } = await stub(regtest);
  const signal = AbortSignal.abort(new ContainerExitedError("alice", 137, "killed"));
  expect(await failure(nodeAt(url), signal)).toBe(
    pointing(
      'step "wait for the nodes" failed: alice: its container ended with exit code 137; its last lines:\nkilled',
      "a-node-ended",
    ),
  );
  expect(requests).toHaveLength(0);
});

test("whoever stops it hears his own reason", async () => {
  const { url } = await stub(hang);
  const signal = AbortSignal.abort(new Error("stopped by SIGINT"));
  expect(await failure(nodeAt(url), signal)).toBe("stopped by SIGINT");
});
