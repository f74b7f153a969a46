/** A stack of this project's program on the engines of a swarm. */
import { randomBytes } from "node:crypto";

import { expect } from "vitest";

import { label } from "../../engine/labels.ts";
import { cli, type CliRun } from "./cli.ts";
import type { Swarm } from "./swarm.ts";
import {
  bringNodeImage,
  crowdAt,
  firstHostEnv,
  hostsOf,
  noEngineEnv,
  type SwarmHost,
} from "./swarm-hosts.ts";

/** As far as it is read. */
export interface HostedStatus {
  readonly height: number;
  readonly nodes: readonly {
    readonly name: string;
    readonly state: string;
    readonly endpoint: string;
    readonly height: number;
    readonly peers: number;
  }[];
  readonly crowd: {
    readonly running: number;
    readonly hosts: Readonly<Record<string, number>>;
  };
  readonly services: readonly unknown[];
  readonly otherPeers: readonly unknown[];
  readonly drift: readonly string[];
  readonly byHand: readonly string[];
}

/** A node on each of three hosts, for config. */
export const nodeOnEach: readonly Readonly<Record<string, string>>[] = [
  { name: "miner", role: "miner", host: "one", rpcPort: "free" },
  { name: "bob", host: "two", rpcPort: "free" },
  { name: "carol", host: "three", rpcPort: "free" },
];

/** What a run that must have succeeded printed. */
function printed({ exitCode, stdout, stderr }: CliRun): string {
  expect(exitCode, stdout + stderr).toBe(0);
  return stdout;
}

interface HostedOptions {
  /** Whether config names the engine of the first host too, and the commands find none. Default: they find that one. */
  readonly firstNamed?: boolean;
}

export class HostedStack implements AsyncDisposable {
  readonly name: string;
  readonly swarm: Swarm;
  /** For the commands. */
  readonly env: Record<string, string>;
  readonly #firstNamed: boolean;

  private constructor(name: string, swarm: Swarm, { firstNamed = false }: HostedOptions) {
    this.name = name;
    this.swarm = swarm;
    this.env = firstNamed ? { ...noEngineEnv } : firstHostEnv(swarm.engines);
    this.#firstNamed = firstNamed;
  }

  /** One that is not up yet, on all engines as hosts one, two and so on; `config` is set on top. */
  static async create(
    swarm: Swarm,
    config: Readonly<Record<string, unknown>>,
    options: HostedOptions = {},
  ): Promise<HostedStack> {
    const base = process.env["REGTEST_BASE_IMAGE"] ?? "debian:forky-slim";
    await bringNodeImage(swarm.engines, base, AbortSignal.timeout(280_000));
    return await HostedStack.another(swarm, config, options);
  }

  /** The same where the first engine has the image. */
  static async another(
    swarm: Swarm,
    config: Readonly<Record<string, unknown>>,
    options: HostedOptions = {},
  ): Promise<HostedStack> {
    const self = new HostedStack(`test-${randomBytes(4).toString("hex")}`, swarm, options);
    await cli(["pulumi", "stack", "init", self.name]);
    await self.configure({ prefix: `${self.name}-`, hosts: self.hosts(), ...config });
    return self;
  }

  /** For config. */
  hosts(): SwarmHost[] {
    return hostsOf(this.swarm.engines, this.#firstNamed);
  }

  async configure(config: Readonly<Record<string, unknown>>): Promise<void> {
    const pairs = Object.entries(config).flatMap(([key, value]) => [
      "--plaintext",
      `${key}=${typeof value === "string" ? value : JSON.stringify(value)}`,
    ]);
    await cli(["pulumi", "config", "set-all", "--stack", this.name, ...pairs]);
  }

  /** Runs a command on the stack, whatever comes of it. */
  async tried(...args: string[]): Promise<CliRun> {
    return await cli([...args, "--stack", this.name], { env: this.env });
  }

  /** Runs a command on the stack that must succeed. Returns its standard output. */
  async run(...args: string[]): Promise<string> {
    return printed(await this.tried(...args));
  }

  /** Runs a line of shell in a container, which must succeed. Returns its standard output. */
  async exec(member: string, line: string): Promise<string> {
    const args = ["exec", "--stack", this.name, member, "sh", "-c", line];
    return printed(await cli(args, { env: this.env }));
  }

  async status(): Promise<HostedStatus> {
    return JSON.parse(await this.run("status", "--json")) as HostedStatus;
  }

  async heights(): Promise<(number | undefined)[]> {
    return (await this.status()).nodes.map(({ height }) => height);
  }

  /** Waits until as many peers of the crowd run, each with a chain of that height. */
  async crowdAt(height: number, replicas: number): Promise<void> {
    await crowdAt(this.swarm.engines, { height, replicas });
  }

  /** Names of the nodes and services that run on each engine that answers. */
  async placement(): Promise<string[][]> {
    const lists = await Promise.all(
      this.swarm.engines.map(async ({ docker }) => {
        const filters = { label: [label.stackId], name: [this.name] };
        const running = await docker.listContainers({ filters }).catch(() => undefined);
        return running?.flatMap(({ Labels }) => Labels[label.node] || []).toSorted();
      }),
    );
    return lists.flatMap((list) => (list === undefined ? [] : [list]));
  }

  /** What the engines that answer have of the stack, the first one's swarm included. */
  async left(): Promise<string[]> {
    const [first] = this.swarm.engines;
    const services = (await first?.docker.listServices()) as { Spec: { Name: string } }[];
    const lists = await Promise.all(
      this.swarm.engines.map(async ({ docker }) => {
        const listed = await docker.listContainers({ all: true }).catch(() => undefined);
        if (listed === undefined) return [];
        const [networks, { Volumes }, images] = await Promise.all([
          docker.listNetworks(),
          docker.listVolumes(),
          docker.listImages(),
        ]);
        return [
          ...listed.map(({ Names }) => Names[0]?.slice(1) ?? ""),
          ...networks.map(({ Name }) => Name),
          ...((Volumes as typeof Volumes | null) ?? []).map(({ Name }) => Name),
          ...images.flatMap(({ RepoTags }) => RepoTags ?? []),
        ];
      }),
    );
    return [...services.map(({ Spec }) => Spec.Name), ...lists.flat()].filter((name) =>
      name.startsWith(this.name),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.tried("down");
    await cli(["pulumi", "stack", "rm", "--yes", "--force", this.name]);
  }
}
