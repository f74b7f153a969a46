/** The page's server on a clone and on a stack: its events, its actions, and who may. */
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";

import type { Explorer } from "../../explorer/explorer.ts";
import type { ActionName, ChainView, PageEvent } from "../../explorer/page/protocol.ts";
import { cloneNetwork, type TestNetwork } from "../../testing/index.ts";
import { defaultStack } from "../helpers/default-stack.ts";
import { sharedKitSnapshot } from "../helpers/kit-snapshot.ts";
import { PageClient, type PageListener } from "../helpers/page-client.ts";
import { ProcessGroup } from "../helpers/process-group.ts";
import { ProjectStack } from "../helpers/stack.ts";

const alice = "mkvAYmgqrEFEsJ9zGBi9Z87gP5rGNAu2mx";
const actions: readonly ActionName[] = [
  ...(["mine", "fund", "reorg", "partition", "join", "disconnect", "connect", "time"] as const),
  ...(["stop", "start", "restart", "pause", "unpause", "snapshot", "reset"] as const),
];

let network: TestNetwork;
let explorer: Explorer;
let page: PageClient;
beforeAll(async () => {
  network = await cloneNetwork({ snapshot: (await sharedKitSnapshot()).name });
  explorer = await network.explorer({ node: "miner" });
  page = new PageClient(explorer.page);
});
afterAll(async () => {
  page[Symbol.dispose]();
  await network.dispose();
});

function isAt(height: number): (event: { readonly chain: ChainView }) => boolean {
  return ({ chain }) => chain.height === height;
}

async function height(): Promise<number> {
  return await network.miner.rpc.call("getblockcount");
}

describe("who may", () => {
  const act = '{"blocks":1}';
  const json = { "content-type": "application/json" };

  it.each([
    ["no token", {}],
    ["another token", { authorization: `Bearer ${"A".repeat(43)}` }],
    ["the token in another way", { authorization: "Basic dXNlcjpwYXNz" }],
  ])("refuses actions and labels with %s", async (_, headers) => {
    const before = await height();
    const path = "/page/actions/mine";
    const answers = [
      await page.ask({ method: "POST", path, headers: { ...json, ...headers }, body: act }),
      await page.ask({ path: "/page/labels/Alice", headers }),
      ...("authorization" in headers ? [await page.ask({ path: "/page/events", headers })] : []),
    ];
    for (const { status, text } of answers) {
      expect([status, text]).toEqual([
        401,
        expect.stringContaining("the token is missing") as unknown,
      ]);
    }
    expect(await height()).toBe(before);
  });

  it.each([
    ["another name (DNS rebinding)", { host: "evil.example" }],
    ["a page of another site", { origin: "https://evil.example" }],
    ["a page of another port", { origin: "http://127.0.0.1:1" }],
    ["what another site sends", { "sec-fetch-site": "cross-site" }],
    ["what another port sends", { "sec-fetch-site": "same-site" }],
  ])("refuses %s, with the token too", async (_, headers) => {
    const before = await height();
    const shown = { ...page.shown, ...headers };
    const post = { method: "POST", headers: { ...shown, ...json }, body: act };
    for (const asked of [
      { path: "/page/events", headers: shown },
      { path: "/page/labels/Alice", headers: shown },
      { path: "/page/app.js", headers },
      { ...post, path: "/page/actions/mine" },
      { method: "OPTIONS", path: "/page/actions/mine", headers: shown },
    ]) {
      const answer = await page.ask(asked);
      expect([asked.path, answer.status]).toEqual([asked.path, 403]);
      expect(answer.headers).not.toHaveProperty("access-control-allow-origin");
    }
    expect(await height()).toBe(before);
  });

  it("lets pages of this machine read Esplora's API all the same", async () => {
    const headers = { origin: "http://127.0.0.1:1", "sec-fetch-site": "same-site" };
    const answer = await page.ask({ path: "/blocks/tip/height", headers });
    expect([answer.status, answer.headers["access-control-allow-origin"]]).toEqual([
      ...[200, "http://127.0.0.1:1"],
    ]);
  });

  it("serves the page to nobody else, and from nowhere else", async () => {
    const { status, headers } = await page.ask({ path: "/" });
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      "content-type": expect.stringContaining("text/html") as unknown,
      "content-security-policy":
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
    });
    expect((await page.ask({ path: "/", headers: { host: "evil.example" } })).status).toBe(403);
    expect((await page.ask({ path: "/page/app.js" })).headers["content-type"]).toContain(
      "javascript",
    );
    expect((await page.ask({ path: "/page/none.js" })).status).toBe(404);
    expect((await page.ask({ path: "/page/../explorer.ts", headers: page.shown })).status).toBe(
      404,
    );
  });
});

describe("what an action is asked", () => {
  it.each([
    ["text/plain", "text/plain", "{}", 415],
    ["a form", "application/x-www-form-urlencoded", "blocks=1", 415],
    ["nothing", "", "", 415],
    ["100 kB", "application/json", JSON.stringify({ to: "x".repeat(100_000) }), 413],
  ])("is not %s", async (_, type, body, status) => {
    const headers = { ...page.shown, ...(type !== "" && { "content-type": type }) };
    const path = "/page/actions/mine";
    expect((await page.ask({ method: "POST", path, headers, body })).status).toBe(status);
  });

  it("is what the action takes", async () => {
    for (const name of actions) {
      const { status, text } = await page.ask(page.action(name, '{"no":1}'));
      expect([name, status]).toEqual([name, 400]);
      expect(text).toMatch(new RegExp(`^${name}: `));
    }
    expect((await page.ask(page.action("fund", '{"to":"Alice","amount":"1,5"}'))).text).toContain(
      'amount: "1,5" is not an amount in BTC',
    );
    for (const name of ["shutdown", "constructor"]) {
      expect((await page.ask(page.action(name, "{}"))).text).toContain("there are mine, fund");
    }
  });
});

test("the events begin with the chain, and the network for who has the token", async () => {
  using all = (await page.listen()).read();
  using chainOnly = (await page.listen({})).read();
  await all.until("network");
  const [first, second] = all.events as [
    PageEvent & { type: "chain" },
    PageEvent & { type: "network" },
  ];
  const { facts } = network.manifest;
  expect(first).toMatchObject({ type: "chain", disconnected: [], gone: [] });
  expect(first.chain).toMatchObject({ ...{ height: 107, tip: facts.tip }, recent: [] });
  expect(first.chain.blocks).toHaveLength(20);
  expect(first.chain.blocks[0]).toEqual({
    ...{ hash: facts.tip, height: 107, transactions: 1 },
    time: expect.any(Number) as unknown,
    size: expect.any(Number) as unknown,
  });
  expect(second.type).toBe("network");
  expect(second.network).toMatchObject({ title: `clone ${network.id}`, node: "miner" });
  expect(second.network.actions.toSorted()).toEqual(actions.toSorted());
  expect(second.network.status).toMatchObject({
    ...{ stack: network.id, height: 107, minedSince: 0, services: [], drift: [] },
    declared: { height: 107, tip: facts.tip },
    connections: [{ nodes: ["alice", "miner"], state: "connected" }],
    nodes: network.nodes.map(({ name, url, containerName }) => ({
      ...{ name, state: "running", endpoint: url, container: containerName, tip: facts.tip },
    })),
  });
  // Nothing in it changes but the time.
  const sent = await network.alice.wallet.call<{ txid: string }>("send", [{ [alice]: 1 }]);
  const waiting = await all.until("chain", ({ chain }) => chain.mempool.count === 1);
  expect(waiting.chain.recent).toMatchObject([{ txid: sent.txid }]);
  await network.mine(1);
  const mined = await all.until("chain", isAt(108));
  expect(mined).toMatchObject({ disconnected: [], gone: [sent.txid], chain: { recent: [] } });
  await all.until("network", ({ network }) => network.status.minedSince === 1);
  await chainOnly.until("chain", isAt(108));
  expect(chainOnly.of("network")).toEqual([]);
  await network.reset();
  const back = await all.until("chain", isAt(107), all.events.indexOf(mined));
  expect(back.disconnected).toEqual([mined.chain.tip]);
});

describe("actions", () => {
  let listener: PageListener;
  beforeAll(async () => {
    listener = (await page.listen()).read();
  });
  afterAll(() => {
    listener[Symbol.dispose]();
  });

  it("mine, pay, and replace blocks", async () => {
    expect(await page.act("mine", { blocks: 2, to: "Alice" })).toBe(
      `Mined 2 blocks to ${alice}: height 109`,
    );
    const paid = await page.act("fund", { to: "Alice", amount: "0.5" });
    expect(paid).toContain(`Paid 0.5 BTC to ${alice}, confirmed by 1 block: `);
    const { chain } = await listener.until("chain", isAt(110));
    const from = listener.events.length;
    expect(await page.act("reorg", { depth: 1 })).toMatch(/^Replaced 1 block by 2: the tip is/);
    await listener.until("chain", isAt(111));
    const later = listener.events.slice(from);
    expect(later.flatMap((event) => (event.type === "chain" ? event.disconnected : []))).toEqual([
      chain.tip,
    ]);
    const labels = await page.ask({ path: "/page/labels/Alice", headers: page.shown });
    expect(JSON.parse(labels.text)).toEqual({ addresses: [alice] });
  });

  it("part and connect nodes", async () => {
    const state = (wanted: string, from: number): Promise<unknown> =>
      listener.until(
        "network",
        ({ network }) => network.status.connections[0]?.state === wanted,
        from,
      );
    for (const [name, args, wanted] of [
      ["partition", { groups: [["alice"], ["miner"]] }, "cut"],
      ["join", {}, "connected"],
      ["disconnect", { a: "alice", b: "miner" }, "cut"],
      ["connect", { a: "miner", b: "alice" }, "connected"],
    ] as const) {
      const from = listener.events.length;
      await page.act(name, args);
      await state(wanted, from);
    }
    await expect(page.act("partition", { groups: [["bob"]] })).rejects.toThrow(
      "the network has no node bob; it has alice, miner",
    );
  });

  it("move the clocks", async () => {
    expect(await page.act("time", { action: "set", to: "2030-01-01" })).toBe(
      "The clocks stand still at 2030-01-01T00:00:00Z",
    );
    await listener.until("network", ({ network }) =>
      network.status.nodes.every(({ mockTime }) => mockTime === "2030-01-01T00:00:00Z"),
    );
    expect(await page.act("time", { action: "advance", to: "1h" })).toContain("2030-01-01T01:00");
    expect(await page.act("time", { action: "present" })).toBe("The clocks show the present");
  });

  it("stop, start, restart, pause and unpause nodes", async () => {
    const state = async (wanted: string): Promise<void> => {
      await listener.until(
        "network",
        ({ network }) => network.status.nodes[0]?.state === wanted,
        listener.events.length - 1,
      );
    };
    await page.act("pause", { name: "alice" });
    await state("paused");
    await page.act("unpause", { name: "alice" });
    await page.act("restart", { name: "alice" });
    await page.act("stop", { name: "alice" });
    await state("exited");
    await page.act("start", { name: "alice" });
    await state("running");
    await expect(page.act("stop", { name: "bob" })).rejects.toThrow("it has alice, miner");
  });

  it("tell that the shown node is away, and that it is back", async () => {
    const from = listener.events.length;
    await page.act("pause", { name: "miner" });
    const { message } = await listener.until("problem", () => true, from);
    expect(message).toBe("miner has not answered for 3 s");
    {
      using late = (await page.listen()).read();
      expect(await late.until("problem")).toEqual({ type: "problem", message });
      expect(late.events[0]?.type).toBe("chain");
    }
    const away = listener.events.length;
    await page.act("unpause", { name: "miner" });
    await listener.until("chain", () => true, away);
  });

  it("run one at a time, and to their ends when their page is closed", async () => {
    const before = await height();
    await page.leave(page.action("mine", '{"blocks":100}'));
    const second = await page.ask(page.action("reset", "{}"));
    expect([second.status, second.text]).toEqual([
      ...[409, "mine is still running; one action runs at a time"],
    ]);
    await listener.until("chain", isAt(before + 100));
    await expect.poll(() => page.act("join", {}).catch(String)).toContain("and");
  });

  it("reset the network while events flow", async () => {
    const { chain } = await listener.until("chain", isAt(await height()));
    const from = listener.events.length;
    expect(await page.act("reset", {})).toMatch(/: height 107, tip /);
    const { disconnected } = await listener.until("chain", isAt(107), from);
    expect(disconnected).toHaveLength(chain.height - 107);
    await listener.until("network", ({ network }) => network.status.minedSince === 0, from);
  });
});

describe("many and slow", () => {
  it("200 listeners are told of a block", async () => {
    const listeners = await Promise.all(Array.from({ length: 200 }, () => page.listen()));
    for (const listener of listeners) listener.read();
    await network.mine(1);
    const wanted = await height();
    const told = await Promise.all(listeners.map((one) => one.until("chain", isAt(wanted))));
    expect(told).toHaveLength(200);
    for (const listener of listeners) listener[Symbol.dispose]();
  });

  /** By the miner alone: other nodes would check all blocks at the same time. */
  const minedWhile = async (blocks: number): Promise<void> => {
    await network.stop("alice");
    using quick = (await page.listen()).read();
    // With the token: what is pushed is most.
    using slow = await page.listen();
    const start = performance.now();
    for (let left = blocks; left > 0; left -= 100) {
      // To nobody's wallet that runs.
      await network.miner.rpc.call("generatetoaddress", [100, alice]);
    }
    const wanted = await height();
    const last = await quick.until("chain", isAt(wanted));
    const seconds = (performance.now() - start) / 1_000;
    expect(last.gone).toEqual([]);
    expect(quick.of("chain").length).toBeLessThan(12 * seconds + 5);
    slow.read();
    await slow.until("chain", isAt(wanted));
    expect(slow.of("chain").length).toBeLessThanOrEqual(quick.of("chain").length + 1);
    await network.start("alice");
    await network.reset();
  };

  it(
    "one who reads nothing costs nothing while 2,000 blocks are mined",
    { tags: ["long"] },
    async () => {
      await minedWhile(2_000);
    },
  );

  it("10,000 blocks are told as a few", { tags: ["long"], timeout: 1_200_000 }, async () => {
    await minedWhile(10_000);
  });
});

test("the link goes with the explorer, and what runs with it", async () => {
  await using own = await cloneNetwork({ snapshot: (await sharedKitSnapshot()).name });
  const shown = await own.explorer();
  using client = new PageClient(shown.page);
  using listener = (await client.listen()).read();
  await listener.until("network");
  const mining = client.ask(client.action("mine", '{"blocks":10000}')).catch(String);
  await listener.until("chain", ({ chain }) => chain.height > 107);
  await shown[Symbol.asyncDispose]();
  expect(await mining).toContain("aborted");
  const left = await own.miner.rpc.call("getblockcount");
  expect(left).toBeLessThan(10_107);
  // Another has another token.
  const next = await own.explorer();
  expect(new URL(next.page).hash).not.toBe(`#token=${client.token}`);
});

test("no answer has the credentials of the nodes", () => {
  const { user, password } = network.miner;
  expect(page.heard.length).toBeGreaterThan(500);
  const all = page.heard.filter((text) => !text.includes("<!doctype") && text.length < 100_000);
  expect(all.filter((text) => text.includes(password))).toEqual([]);
  expect(all.filter((text) => text.includes(`"${user}"`))).toEqual([]);
  expect(page.heard.filter((text) => text.includes(page.token))).toEqual([]);
});

describe("of a stack", () => {
  const started = async (stack: string): Promise<{ group: ProcessGroup; client: PageClient }> => {
    const group = ProcessGroup.start([
      ...["npm", "run", "-s", "explorer", "--", "--stack", stack, "--json"],
    ]);
    await group.prints('"type":"result"');
    const line = group.printed.split("\n").find((line) => line.includes('"type":"result"'));
    return { group, client: new PageClient((JSON.parse(line ?? "") as { page: string }).page) };
  };
  const ended = async (group: ProcessGroup): Promise<void> => {
    group.signal("SIGINT");
    expect((await group.ended()).code).toBe(130);
  };

  it("the network is what npm run status tells", async () => {
    const { name } = await defaultStack();
    const { group, client } = await started(name);
    {
      using page = client;
      using listener = (await page.listen()).read();
      const { network } = await listener.until("network");
      expect(network).toMatchObject({ title: `stack ${name}`, node: "alice" });
      expect(network.actions.toSorted()).toEqual(actions.toSorted());
      expect(network.status).toMatchObject({ stack: name, height: 107, drift: [] });
      expect(network.status.snapshots).toMatchObject([{ goesWithStack: true }]);
      const refused = await page.ask(page.action("snapshot", '{"name":"Not A Name"}'));
      expect([refused.status, refused.text]).toEqual([
        400,
        expect.stringContaining("snapshot: name: ") as unknown,
      ]);
      expect(group.printed.split("\n").filter((line) => line.includes(page.token))).toHaveLength(1);
    }
    await ended(group);
  });

  it("a snapshot is taken, and returned to", { tags: ["long"] }, async () => {
    await using stack = await ProjectStack.create();
    await stack.up();
    const { group, client } = await started(stack.name);
    {
      using page = client;
      using listener = (await page.listen()).read();
      await page.act("mine", { blocks: 3 });
      const name = `${stack.name}-page`;
      expect(await page.act("snapshot", { name })).toContain(
        `Snapshot ${name} holds stack ${stack.name} at height 110`,
      );
      await expect(page.act("snapshot", { name })).rejects.toThrow("there is a snapshot");
      await listener.until("network", ({ network }) =>
        network.status.snapshots.some((snapshot) => snapshot.name === name),
      );
      await page.act("reset", {});
      expect(await page.act("reset", { to: name })).toContain(`snapshot ${name}: height 110`);
    }
    await ended(group);
  });
});
