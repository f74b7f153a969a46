/** Stacks for tests: this project's own program, brought up with some config under a random name. */
import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";

import type Docker from "dockerode";
import { execa } from "execa";
import { parseDocument } from "yaml";

import { RpcClient } from "../../bootstrap/rpc/client.ts";
import { connectEngine } from "../../engine/client.ts";
import { label, labelFilter } from "../../engine/labels.ts";
import { removeContainersAndNetworks } from "../../engine/clean-up/sweep.ts";
import { ensureToolchain } from "../../toolchain/ensure.ts";
import { projectFolder } from "../../base/files/paths.ts";
import { secretSignature, unwrapSecrets } from "../../stack/secrets.ts";
import type { Exported } from "../../stack/stack-state.ts";
import { stateInFile } from "../../stack/state-in-file.ts";
import { streamProgress } from "../../base/progress/stream.ts";
import { type Changes, changesIn } from "./changes.ts";
import { bitcoinCli } from "./bitcoin-cli.ts";
import { sharedNodeImage } from "./node-image.ts";
import { ownPorts } from "./run.ts";
import { configFile, makeStackFiles, removeStackFiles, stateFile } from "./stack-files.ts";

type Config = Readonly<Record<string, string>>;
interface UpOptions {
  /** Whether to look first at what is there. Default: no. */
  readonly refresh?: boolean;
}

function upCommand({ refresh = false }: UpOptions): string[] {
  return ["up", "--yes", "--skip-preview", ...(refresh ? ["--refresh"] : [])];
}

/** What carries the labels of a stack on the engine, by name. */
export interface Footprint {
  readonly containers: string[];
  readonly networks: string[];
  readonly volumes: string[];
  readonly images: string[];
}

/** Output's name → what it is now. */
type Outputs = Readonly<
  Record<string, { readonly value: unknown; readonly secret: boolean } | undefined>
>;

/** A state as the CLI exports it, with what is read of it. */
interface ExportedState<T> {
  readonly version: number;
  readonly deployment: T;
}

export class ProjectStack implements AsyncDisposable {
  readonly name: string;
  readonly prefix: string;
  readonly docker: Docker;
  /** The environment that the Pulumi CLI runs in. */
  readonly env: Record<string, string>;
  /** Program and arguments that run a command where the stack's ports are; nothing: this machine. */
  readonly within: readonly string[];

  private constructor(name: string, parts: Pick<ProjectStack, "docker" | "env" | "within">) {
    this.name = name;
    this.prefix = `${name}-`;
    this.docker = parts.docker;
    this.env = parts.env;
    this.within = parts.within;
  }

  /** A stack that is not up yet, with a prefix and ports of its own; `config` is set on top. */
  static async create(config: Config = {}, within: readonly string[] = []): Promise<ProjectStack> {
    const env = await environment();
    // An engine apart is brought its own.
    if (within.length === 0) await sharedNodeImage();
    const name = `test-${randomBytes(4).toString("hex")}`;
    const self = new ProjectStack(name, { docker: await connectEngine(), env, within });
    await makeStackFiles(name, (first) =>
      execa("pulumi", ["stack", "init", "--no-select", first], self.#options()),
    );
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
  static async open(stackName: string): Promise<ProjectStack> {
    const env = await environment();
    return new ProjectStack(stackName, { docker: await connectEngine(), env, within: [] });
  }

  /** Sets keys of the stack's config; undefined takes one away. No CLI is run for it. */
  async configure(config: Readonly<Record<string, string | undefined>>): Promise<void> {
    const file = configFile(this.name);
    const settings = parseDocument(await readFile(file, "utf8"));
    for (const [key, value] of Object.entries(config)) {
      const path = ["config", `regtest-network:${key}`];
      if (value === undefined) settings.deleteIn(path);
      else settings.setIn(path, value);
    }
    // The CLI would take a date for one, and write it otherwise.
    const quoted = { defaultStringType: "QUOTE_DOUBLE", defaultKeyType: "PLAIN" } as const;
    await writeFile(file, settings.toString({ ...quoted, lineWidth: 0 }));
  }

  /** Sets a key whose value is a secret. */
  async configureSecret(key: string, value: string): Promise<void> {
    await this.pulumi(["config", "set", "--secret", key, value]);
  }

  /**
   * Runs the CLI on the stack, once: the Automation API runs it three times more for each update, to ask what was
   * printed already, and takes as long to import as a run. Returns what it printed.
   */
  async pulumi(
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Promise<string> {
    return (await execa("pulumi", this.#arguments(args), this.#options(env))).stdout;
  }

  /** `pulumi up`. Returns how many resources were created, updated, replaced and so on. */
  async up(options: UpOptions = {}): Promise<Changes> {
    return changesIn(await this.pulumi(upCommand(options)));
  }

  /** Of all that it has, secrets in clear. */
  async exportState<T>(): Promise<ExportedState<T>> {
    const printed = await this.pulumi(["stack", "export", "--show-secrets"]);
    return JSON.parse(printed) as ExportedState<T>;
  }

  async importState(state: ExportedState<unknown>): Promise<void> {
    const options = { ...this.#options(), stdin: "pipe", input: JSON.stringify(state) } as const;
    await execa("pulumi", this.#arguments(["stack", "import"]), options);
  }

  /** The next `pulumi up` would change nothing: the half of it that finds out, which takes half as long. */
  async expectNoChanges(): Promise<void> {
    await this.pulumi(["preview", "--expect-no-changes"]);
  }

  /** `pulumi up --refresh`. Returns what it printed too: what it saw is in that. */
  async repair(): Promise<{ readonly printed: string; readonly changes: Changes }> {
    const printed = await this.pulumi(upCommand({ refresh: true }));
    return { printed, changes: changesIn(printed) };
  }

  /** `pulumi up` that must fail. Returns all that it printed. */
  async upFails(options: UpOptions = {}): Promise<string> {
    const command = this.#arguments(upCommand(options));
    const { failed, all } = await execa("pulumi", command, {
      ...this.#options(),
      all: true,
      reject: false,
    });
    if (!failed) throw new Error(`pulumi up of ${this.name} was to fail and did not:\n${all}`);
    return all;
  }

  #arguments(args: readonly string[]): string[] {
    return [...args, "--color", "never", "--stack", this.name];
  }

  #options(env: Readonly<Record<string, string>> = {}) {
    return { cwd: projectFolder, env: { ...this.env, ...env }, stdin: "ignore" } as const;
  }

  /** `pulumi refresh`. Returns what it printed, and how many resources it saw changed or gone. */
  async refresh(): Promise<{ readonly printed: string; readonly changes: Changes }> {
    const printed = await this.pulumi(["refresh", "--yes", "--skip-preview"]);
    return { printed, changes: changesIn(printed) };
  }

  /** All outputs, secrets too, of the state as it lies on disk: the CLI takes half a second to print them. */
  async outputs(): Promise<Outputs> {
    const state = await stateInFile({ env: this.env, folder: projectFolder }, this.name);
    if (state === undefined) throw new Error(`the state of ${this.name} cannot be read`);
    const recorded = outputsIn(state.exported.deployment);
    return Object.fromEntries(
      Object.entries(recorded).map(([name, value]) => [
        name,
        { value: unwrapSecrets(value, state.decrypt), secret: isSecret(value) },
      ]),
    );
  }

  async output<T>(name: string): Promise<T> {
    const recorded = (await this.#recorded())[name];
    return (isSecret(recorded) ? (await this.outputs())[name]?.value : recorded) as T;
  }

  /** The outputs as they lie on disk, secrets encrypted. */
  async #recorded(): Promise<Record<string, unknown>> {
    const { checkpoint } = JSON.parse(await readFile(stateFile(this.name), "utf8")) as Checkpoint;
    return outputsIn(checkpoint.latest);
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
    await this.pulumi(["destroy", "--yes", "--skip-preview"]);
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
  await removeStackFiles(name);
  await removeContainersAndNetworks(docker, { [label.stack]: name });
  const { images, volumes } = await footprintOf(docker, name);
  await Promise.all(volumes.map((volume) => docker.getVolume(volume).remove()));
  // One after another: two that go at once would both take the parent along, and the engine fails one of them.
  for (const image of images) await docker.getImage(image).remove();
}

interface Checkpoint {
  readonly checkpoint: { readonly latest?: Exported["deployment"] };
}

function outputsIn({ resources = [] }: Exported["deployment"] = {}): Record<string, unknown> {
  return resources.find(({ type }) => type === "pulumi:pulumi:Stack")?.outputs ?? {};
}

/** Whether a value, or a part of it, is encrypted in the state. */
function isSecret(recorded: unknown): boolean {
  return JSON.stringify([recorded]).includes(`"${secretSignature}"`);
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
  // Tests run the CLI by themselves too.
  process.env["PATH"] = env["PATH"];
  return Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
