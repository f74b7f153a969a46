/** Stacks for tests: this project's own program, brought up with some config under a random name. */
import { randomBytes } from "node:crypto";
import { rm, stat } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

import { LocalWorkspace, type OutputMap, type Stack } from "@pulumi/pulumi/automation/index.js";
import type Docker from "dockerode";

import { RpcClient } from "../../bootstrap/rpc/client.ts";
import { connectEngine } from "../../engine/client.ts";
import { label, labelFilter } from "../../engine/labels.ts";
import { removeContainersAndNetworks } from "../../engine/clean-up/sweep.ts";
import { ensureToolchain } from "../../toolchain/ensure.ts";
import { projectFolder } from "../../base/files/paths.ts";
import { streamProgress } from "../../base/progress/stream.ts";
import { bitcoinCli } from "./bitcoin-cli.ts";
import { sharedNodeImage } from "./node-image.ts";
import { ownPorts } from "./run.ts";

type Config = Readonly<Record<string, string>>;

/** What carries the labels of a stack on the engine, by name. */
export interface Footprint {
  readonly containers: string[];
  readonly networks: string[];
  readonly volumes: string[];
  readonly images: string[];
}

export class TestStack implements AsyncDisposable {
  readonly name: string;
  readonly prefix: string;
  readonly stack: Stack;
  readonly docker: Docker;
  /** Program and arguments that run a command where the stack's ports are; nothing: this machine. */
  readonly within: readonly string[];
  /** Outputs, and the state that they were read of. */
  #read: { readonly state: bigint; readonly outputs: OutputMap } | undefined;

  private constructor(stack: Stack, docker: Docker, within: readonly string[]) {
    this.name = stack.name;
    this.prefix = `${stack.name}-`;
    this.stack = stack;
    this.docker = docker;
    this.within = within;
  }

  /** A stack that is not up yet, with a prefix and ports of its own; `config` is set on top. */
  static async create(config: Config = {}, within: readonly string[] = []): Promise<TestStack> {
    const envVars = await environment();
    // An engine apart is brought its own.
    if (within.length === 0) await sharedNodeImage();
    const stackName = `test-${randomBytes(4).toString("hex")}`;
    const stack = await LocalWorkspace.createStack(
      { stackName, workDir: projectFolder },
      { envVars },
    );
    const self = new TestStack(stack, await connectEngine(), within);
    const [alice, miner] = await ownPorts(2);
    await self.configure({
      prefix: self.prefix,
      aliceRpcPort: String(alice),
      minerRpcPort: String(miner),
      ...config,
    });
    return self;
  }

  /** A stack of this run that is there already. */
  static async open(stackName: string): Promise<TestStack> {
    const stack = await LocalWorkspace.selectStack(
      { stackName, workDir: projectFolder },
      { envVars: await environment() },
    );
    return new TestStack(stack, await connectEngine(), []);
  }

  async configure(config: Config): Promise<void> {
    await this.stack.setAllConfig(
      Object.fromEntries(Object.entries(config).map(([key, value]) => [key, { value }])),
    );
  }

  /** `pulumi up`. Returns how many resources were created, updated, replaced and so on. */
  async up(): Promise<Readonly<Record<string, number>>> {
    const { summary, outputs } = await this.stack.up({ color: "never" });
    this.#read = { state: await this.#stateNow(), outputs };
    return summary.resourceChanges ?? {};
  }

  /** `pulumi up` that must fail. Returns all that it printed. */
  async upFails(): Promise<string> {
    let printed = "";
    const keep = (text: string): void => {
      printed += text;
    };
    const failed = await this.stack.up({ color: "never", onOutput: keep, onError: keep }).then(
      () => false,
      () => true,
    );
    if (!failed) throw new Error(`pulumi up of ${this.name} was to fail and did not:\n${printed}`);
    return printed;
  }

  /** All outputs, secrets too. The CLI is asked only when the state has changed since they were last read. */
  async outputs(): Promise<OutputMap> {
    const state = await this.#stateNow();
    if (this.#read?.state !== state) this.#read = { state, outputs: await this.stack.outputs() };
    return this.#read.outputs;
  }

  /** Changes with every write of the stack's state, whoever writes it. */
  async #stateNow(): Promise<bigint> {
    return (await stat(stateFile(this.name), { bigint: true })).mtimeNs;
  }

  async output<T>(name: string): Promise<T> {
    return (await this.outputs())[name]?.value as T;
  }

  /** A client of the node's RPC, with the stack's credentials. Close it. */
  async rpc(node: string): Promise<RpcClient> {
    const outputs = await this.outputs();
    return new RpcClient({
      url: (outputs["endpoints"]?.value as Record<string, string>)[node] ?? "",
      user: outputs["rpcUser"]?.value as string,
      password: outputs["rpcPassword"]?.value as string,
    });
  }

  /** What the node's own bitcoin-cli answers. */
  async ask(node: string, ...args: readonly string[]): Promise<string> {
    return await bitcoinCli(this.container(node), ...args);
  }

  container(node: string): Docker.Container {
    return this.docker.getContainer(this.prefix + node);
  }

  /** Removes nodes as by hand, with all that they hold: the next update begins with new, empty ones. */
  async removeNodes(...nodes: readonly string[]): Promise<void> {
    for (const node of nodes) {
      const { Mounts } = await this.container(node).inspect();
      await this.container(node).remove({ force: true });
      for (const { Name = "" } of Mounts) await this.docker.getVolume(Name).remove();
    }
  }

  /** All that the stack has on the engine. */
  async footprint(): Promise<Footprint> {
    return await footprintOf(this.docker, this.name);
  }

  async destroy(): Promise<void> {
    await this.stack.destroy({ color: "never" });
  }

  /**
   * Removes all that has the stack's labels, its config and its state. That `destroy` leaves nothing is for tests to
   * show, and takes Pulumi many times as long. `KEEP_FAILED=1` keeps it all.
   */
  async [Symbol.asyncDispose](): Promise<void> {
    if (process.env["KEEP_FAILED"] === "1") return;
    await sweepStack(this.docker, this.name);
  }
}

/** Removes all that has the labels of a test's stack, whatever became of it, its config and its state. */
export async function sweepStack(docker: Docker, name: string): Promise<void> {
  const config = path.join(projectFolder, `Pulumi.${name}.yaml`);
  for (const file of [config, stateFile(name), `${stateFile(name)}.bak`]) {
    await rm(file, { force: true });
  }
  await removeContainersAndNetworks(docker, { [label.stack]: name });
  const { images, volumes } = await footprintOf(docker, name);
  await Promise.all(volumes.map((volume) => docker.getVolume(volume).remove()));
  // One after another: two that go at once would both take the parent along, and the engine fails one of them.
  for (const image of images) await docker.getImage(image).remove();
}

/** Of a stack on the run's own backend. */
function stateFile(name: string): string {
  const backend = fileURLToPath(process.env["PULUMI_BACKEND_URL"] ?? "");
  return path.join(backend, ".pulumi/stacks/regtest-network", `${name}.json`);
}

/** By the labels of the stack. */
export async function footprintOf(docker: Docker, name: string): Promise<Footprint> {
  const filters = labelFilter({ [label.stack]: name });
  const [containers, networks, { Volumes: volumes }, images] = await Promise.all([
    docker.listContainers({ all: true, filters }),
    docker.listNetworks({ filters }),
    docker.listVolumes({ filters }),
    docker.listImages({ filters }),
  ]);
  return {
    containers: containers.map(({ Names }) => Names[0]?.slice(1) ?? "").toSorted(),
    networks: networks.map(({ Name }) => Name).toSorted(),
    volumes: (volumes as typeof volumes | null)?.map(({ Name }) => Name).toSorted() ?? [],
    images: images.flatMap(({ RepoTags, Id }) => RepoTags ?? [Id]).toSorted(),
  };
}

/** The environment that the Pulumi CLI runs in. */
async function environment(): Promise<Record<string, string>> {
  const { env } = await ensureToolchain({
    progress: streamProgress(process.stderr),
    signal: AbortSignal.timeout(1_800_000),
  });
  // The workspace looks for the CLI on this process's own PATH.
  process.env["PATH"] = env["PATH"];
  return Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
