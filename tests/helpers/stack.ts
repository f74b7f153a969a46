/** Stacks for tests: this project's own program, brought up with some config under a random name. */
import { randomBytes } from "node:crypto";

import { LocalWorkspace, type OutputMap, type Stack } from "@pulumi/pulumi/automation/index.js";
import type Docker from "dockerode";

import { RpcClient } from "../../bootstrap/rpc/client.ts";
import { connectEngine } from "../../engine/client.ts";
import { freePorts } from "../../engine/free-ports.ts";
import { label, labelFilter } from "../../engine/labels.ts";
import { removeContainersAndNetworks } from "../../engine/sweep.ts";
import { ensureToolchain } from "../../toolchain/ensure.ts";
import { projectFolder } from "../../toolchain/paths.ts";
import { streamProgress } from "../../progress/stream.ts";

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

  private constructor(stack: Stack, docker: Docker, within: readonly string[]) {
    this.name = stack.name;
    this.prefix = `${stack.name}-`;
    this.stack = stack;
    this.docker = docker;
    this.within = within;
  }

  /** A stack that is not up yet, with a prefix and ports of its own; `config` is set on top. */
  static async create(config: Config = {}, within: readonly string[] = []): Promise<TestStack> {
    const { env } = await ensureToolchain({
      progress: streamProgress(process.stderr),
      signal: AbortSignal.timeout(1_800_000),
    });
    const envVars = Object.fromEntries(
      Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
    );
    // The workspace looks for the CLI on this process's own PATH.
    process.env["PATH"] = envVars["PATH"];
    const stackName = `test-${randomBytes(4).toString("hex")}`;
    const stack = await LocalWorkspace.createStack(
      { stackName, workDir: projectFolder },
      { envVars },
    );
    const self = new TestStack(stack, await connectEngine(), within);
    const [alice, miner] = await freePorts(2);
    await self.configure({
      prefix: self.prefix,
      aliceRpcPort: String(alice),
      minerRpcPort: String(miner),
      ...config,
    });
    return self;
  }

  async configure(config: Config): Promise<void> {
    await this.stack.setAllConfig(
      Object.fromEntries(Object.entries(config).map(([key, value]) => [key, { value }])),
    );
  }

  /** `pulumi up`. Returns how many resources were created, updated, replaced and so on. */
  async up(): Promise<Readonly<Record<string, number>>> {
    const { summary } = await this.stack.up({ color: "never" });
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

  async output<T>(name: string): Promise<T> {
    const outputs: OutputMap = await this.stack.outputs();
    return outputs[name]?.value as T;
  }

  /** A client of the node's RPC, with the stack's credentials. Close it. */
  async rpc(node: string): Promise<RpcClient> {
    const outputs = await this.stack.outputs();
    return new RpcClient({
      url: (outputs["endpoints"]?.value as Record<string, string>)[node] ?? "",
      user: outputs["rpcUser"]?.value as string,
      password: outputs["rpcPassword"]?.value as string,
    });
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
    const filters = labelFilter({ [label.stack]: this.name });
    const [containers, networks, { Volumes: volumes }, images] = await Promise.all([
      this.docker.listContainers({ all: true, filters }),
      this.docker.listNetworks({ filters }),
      this.docker.listVolumes({ filters }),
      this.docker.listImages({ filters }),
    ]);
    return {
      containers: containers.map(({ Names }) => Names[0]?.slice(1) ?? "").toSorted(),
      networks: networks.map(({ Name }) => Name).toSorted(),
      volumes: (volumes as typeof volumes | null)?.map(({ Name }) => Name).toSorted() ?? [],
      images: images.flatMap(({ RepoTags, Id }) => RepoTags ?? [Id]).toSorted(),
    };
  }

  async destroy(): Promise<void> {
    await this.stack.destroy({ color: "never" });
  }

  /** Destroys the stack and forgets it; whatever Pulumi could not destroy goes by its labels. `KEEP_FAILED=1` keeps it. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (process.env["KEEP_FAILED"] === "1") return;
    try {
      // The lock of a run that was killed would be in the way.
      await this.stack.cancel();
      await this.destroy();
    } finally {
      await this.#sweep();
      await this.stack.workspace.removeStack(this.name, { force: true });
    }
  }

  async #sweep(): Promise<void> {
    await removeContainersAndNetworks(this.docker, { [label.stack]: this.name });
    const { images, volumes } = await this.footprint();
    for (const name of volumes) await this.docker.getVolume(name).remove();
    for (const name of images) await this.docker.getImage(name).remove();
  }
}
