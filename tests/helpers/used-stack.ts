/** A stack that people use: blocks that they mined, a wallet with coins that nobody declared, and one that only watches. */
import { execa } from "execa";
import { expect } from "vitest";

import { waitFor } from "../../base/wait.ts";
import { projectFolder } from "../../base/files/paths.ts";
import { snapshotFacts } from "./declared.ts";
import { ProjectStack } from "./stack.ts";

const nodes = ["alice", "miner"] as const;
const containerType = "docker:index/container:Container";

interface Recorded {
  readonly urn: string;
  readonly type: string;
  readonly outputs: Record<string, unknown>;
}

interface Resources {
  readonly resources: readonly Recorded[];
}

export class UsedStack implements AsyncDisposable {
  readonly stack: ProjectStack;
  #tip = "";

  private constructor(stack: ProjectStack) {
    this.stack = stack;
  }

  /** A stack with the defaults, three blocks on top of its chain. */
  static async create(): Promise<UsedStack> {
    const self = new UsedStack(await ProjectStack.create());
    await self.stack.up();
    await self.#use();
    return self;
  }

  async ask(node: string, ...args: string[]): Promise<string> {
    return await this.stack.ask(node, ...args);
  }

  async #use(): Promise<void> {
    await this.ask("alice", "createwallet", "keep");
    const address = await this.ask("alice", "-rpcwallet=keep", "getnewaddress");
    const txid = await this.ask("alice", "-rpcwallet=alice", "sendtoaddress", address, "1.5");
    await this.#until(`the miner to know of ${txid}`, async () => {
      const mempool = await this.ask("miner", "getrawmempool");
      return mempool.includes(txid) || { pending: mempool };
    });
    await this.ask(
      "miner",
      "-named",
      "createwallet",
      "wallet_name=watch",
      "disable_private_keys=true",
    );
    const info = await this.ask("miner", "getdescriptorinfo", `addr(${address})`);
    const { descriptor } = JSON.parse(info) as { descriptor: string };
    const wanted = JSON.stringify([{ desc: descriptor, timestamp: 0 }]);
    await this.ask("miner", "-rpcwallet=watch", "importdescriptors", wanted);
    const coinbase = await this.ask("miner", "-rpcwallet=miner", "getnewaddress");
    await this.ask("miner", "-rpcwallet=miner", "generatetoaddress", "3", coinbase);
    this.#tip = await this.ask("miner", "getbestblockhash");
    await this.#atTip("alice");
  }

  /** All that people did is there, and the stack's own snapshot is still that of the declared chain. */
  async expectKept(): Promise<void> {
    for (const node of nodes) await this.#atTip(node);
    expect(await this.#balance("alice", "keep")).toBe("1.50000000");
    expect(await this.#balance("miner", "watch")).toBe("1.50000000");
    const heights = (await snapshotFacts(this.stack)).map(({ height }) => height);
    expect(new Set(heights)).toEqual(new Set([107]));
  }

  async #atTip(node: string): Promise<void> {
    await this.#until(`${node} to be at ${this.#tip}`, async () => {
      const tip = await this.ask(node, "getbestblockhash");
      return tip === this.#tip || { pending: tip };
    });
  }

  async #until(what: string, probe: () => Promise<true | { pending: string }>): Promise<void> {
    await waitFor(probe, { what, limitMs: 60_000 });
  }

  /** A wallet's balance, loaded if it is not. */
  async #balance(node: string, wallet: string): Promise<string> {
    const loaded = JSON.parse(await this.ask(node, "listwallets")) as string[];
    if (!loaded.includes(wallet)) await this.ask(node, "loadwallet", wallet);
    return await this.ask(node, `-rpcwallet=${wallet}`, "getbalance");
  }

  /** Other credentials, ports and arguments in its config, for which every container has to be replaced. */
  async reconfigure(): Promise<void> {
    await this.stack.configure({
      rpcUser: "somebody",
      nodes: JSON.stringify([
        { name: "alice", zmqPort: "free", rest: true, arguments: ["-maxmempool=40"] },
        { name: "miner", role: "miner", p2pPort: "free" },
      ]),
    });
    await this.stack.configureSecret("rpcPassword", "an own one");
  }

  async containerIds(): Promise<string[]> {
    const found = await Promise.all(nodes.map((node) => this.stack.container(node).inspect()));
    return found.map(({ Id }) => Id);
  }

  async removeContainers(): Promise<void> {
    await Promise.all(nodes.map((node) => this.stack.container(node).remove({ force: true })));
  }

  async stopContainers(): Promise<void> {
    await Promise.all(nodes.map((node) => this.stack.container(node).stop()));
  }

  /** Runs the CLI on the stack under another name. Returns what it printed. */
  async pulumiOn(name: string, args: readonly string[]): Promise<string> {
    const { stdout } = await execa("pulumi", [...args, "--stack", name], {
      cwd: projectFolder,
      env: this.stack.env,
    });
    return stdout;
  }

  async urnOf(node: string): Promise<string> {
    const { deployment } = await this.stack.exportState<Resources>();
    const found = deployment.resources.find(
      ({ urn, type }) => type === containerType && urn.endsWith(`::regtest-${node}`),
    );
    if (found === undefined) throw new Error(`the state has no container of ${node}`);
    return found.urn;
  }

  /** Changes what the state says of resources. Default: of the nodes' containers. */
  async inState(
    change: (outputs: Record<string, unknown>) => void,
    of: string = containerType,
  ): Promise<void> {
    const exported = await this.stack.exportState<Resources>();
    for (const { type, outputs } of exported.deployment.resources) {
      if (type !== of) continue;
      // What the official plugin notes of the rest, and would miss in it.
      delete outputs["__pulumi_raw_state_delta"];
      change(outputs);
    }
    await this.stack.importState(exported);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stack[Symbol.asyncDispose]();
  }
}
