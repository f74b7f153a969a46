/** The explorer of the command line: of a stack and of a clone, until somebody ends it. */
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";

import { cloneNetwork, type TestNetwork } from "../../testing/index.ts";
import { defaultStack } from "../helpers/default-stack.ts";
import { ElectrumLines } from "../helpers/electrum-lines.ts";
import { sharedKitSnapshot } from "../helpers/kit-snapshot.ts";
import { ProcessGroup } from "../helpers/process-group.ts";
import { ownPorts } from "../helpers/run.ts";
import { type TempFolder, tempFolder } from "../helpers/temp-folder.ts";

interface Told {
  readonly page: string;
  readonly url: string;
  readonly electrum: string;
}

/** What it says with `--json` once it serves. */
async function told(group: ProcessGroup): Promise<Told> {
  await group.prints('"type":"result"');
  const line = group.printed.split("\n").find((line) => line.includes('"type":"result"'));
  return JSON.parse(line ?? "") as Told;
}

async function heightAt(url: string): Promise<number> {
  return Number(await (await fetch(`${url}/blocks/tip/height`)).text());
}

async function interrupted(group: ProcessGroup): Promise<string> {
  group.signal("SIGINT");
  const { code, printed } = await group.ended();
  expect(code).toBe(130);
  return printed;
}

describe("npm run explorer", () => {
  it("serves a stack at the ports that were asked for, until Ctrl-C", async () => {
    const { name } = await defaultStack();
    const [http = 0, electrum = 0] = await ownPorts(2);
    const ports = ["--http-port", String(http), "--electrum-port", String(electrum)];
    const group = ProcessGroup.start([
      ...["npm", "run", "-s", "explorer", "--", "--stack", name, ...ports],
    ]);
    await group.prints(`electrum --regtest --oneserver --server 127.0.0.1:${electrum}:t`);
    expect(group.printed).toContain(`The explorer of stack ${name} serves the chain of alice`);
    expect(await heightAt(`http://127.0.0.1:${http}`)).toBe(107);
    {
      using lines = await ElectrumLines.connect(`tcp://127.0.0.1:${electrum}`);
      expect(await lines.ask("blockchain.headers.subscribe")).toMatchObject({ height: 107 });
    }
    const second = ProcessGroup.start([
      ...["npm", "run", "-s", "explorer", "--", "--stack", name, ...ports],
    ]);
    const { code, printed } = await second.ended();
    expect(code).toBe(1);
    expect(printed).toContain(`--http-port: port ${http} on 127.0.0.1 is taken; give another port`);
    expect(await interrupted(group)).not.toContain("error");
  });
});

describe("npx regtest-network explorer", () => {
  let state: TempFolder;
  let network: TestNetwork;
  beforeAll(async () => {
    // A key of this file's own, by which a clone is this user's.
    state = await tempFolder();
    vi.stubEnv("XDG_STATE_HOME", state.path);
    network = await cloneNetwork({ snapshot: (await sharedKitSnapshot()).name });
  });
  afterAll(async () => {
    await network.dispose();
    vi.unstubAllEnvs();
    await state[Symbol.asyncDispose]();
  });

  const start = (...args: readonly string[]): ProcessGroup =>
    ProcessGroup.start([
      ...[process.execPath, "cli/package-main.ts", "explorer", "--clone", network.id, ...args],
    ]);

  it("prints one JSON object, follows a reset, pays and mines, and ends with the clone", async () => {
    const group = start("--node", "miner", "--faucet", "--mine", "--json");
    const { page, url, electrum, ...rest } = await told(group);
    expect(page).toMatch(new RegExp(`^${url}/#token=[\\w-]{43}$`));
    expect(rest).toEqual({
      ...{ type: "result", command: "explorer", clone: network.id, node: "miner" },
    });
    using lines = await ElectrumLines.connect(electrum);
    await lines.ask("blockchain.headers.subscribe");
    const address = await network.alice.wallet.call("getnewaddress");
    const paid = await fetch(`${url}/faucet`, {
      method: "POST",
      body: JSON.stringify({ address, amount: 0.5 }),
    });
    expect(await paid.json()).toMatchObject({
      txId: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown,
    });
    expect(await network.alice.wallet.call<number>("getreceivedbyaddress", [address])).toBe(0.5);

    const { hex = "" } = await network.alice.wallet.call("send", {
      outputs: [{ [address]: 1 }],
      options: { add_to_wallet: false },
    });
    const before = await network.miner.rpc.call("getblockcount");
    await lines.ask("blockchain.transaction.broadcast", hex);
    expect(await heightAt(url)).toBe(before + 1);

    await network.reset();
    expect(await heightAt(url)).toBe(107);
    await lines.notified("blockchain.headers.subscribe", ([tip]) =>
      Object.is((tip as { height: number }).height, 107),
    );
    expect(group.printed.trimEnd().split("\n")).toHaveLength(1);

    await network.dispose();
    const { code, printed } = await group.ended();
    expect(code).toBe(1);
    expect(JSON.parse(printed.trimEnd().split("\n").at(-1) ?? "")).toEqual({
      ...{ type: "error", message: "miner: its container is gone, and the explorer with it" },
    });
  });

  it("names what is not there", async () => {
    await using own = await cloneNetwork({ snapshot: (await sharedKitSnapshot()).name });
    const group = ProcessGroup.start([
      ...[process.execPath, "cli/package-main.ts", "explorer", "--clone", own.id, "--node", "bob"],
    ]);
    const { code, printed } = await group.ended();
    expect(code).toBe(1);
    expect(printed).toContain("the network has no node bob; it has alice, miner");
  });
});
