/** Stacks of Docker resources on the plugin that is installed: the real CLI, the real engine, programs written in the test. */
import { randomBytes } from "node:crypto";
import { cp, readFile } from "node:fs/promises";
import { basename, join } from "node:path";

import * as docker from "@pulumi/docker";
import type { CustomResourceOptions } from "@pulumi/pulumi";
import { LocalWorkspace, type PulumiFn, type Stack } from "@pulumi/pulumi/automation/index.js";
import type Docker from "dockerode";

import { connectEngine } from "../../engine/client.ts";
import { pluginFolder } from "../../toolchain/docker-plugin.ts";
import { version } from "../../provider/docker/version.ts";
import { fileBackend } from "../../toolchain/environment.ts";
import { cachePaths } from "../../base/files/paths.ts";
import { type Changes, changesIn } from "./changes.ts";
import { tempFolder, type TempFolder } from "./temp-folder.ts";

/** On everything that a test makes on the engine; the value is the stack's name. */
const testLabel = "regtest-network.test";

/** A Debian with a shell; prepared by the toolchain. */
export const baseImage = process.env["REGTEST_BASE_IMAGE"] ?? "debian:forky-slim";

/** A resource as the stack's state has it. */
export interface Recorded {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly inputs: Record<string, unknown>;
  readonly outputs: Record<string, unknown>;
  readonly initErrors?: string[];
}

export class DockerStack implements AsyncDisposable {
  readonly name: string;
  readonly docker: Docker;
  readonly stack: Stack;
  readonly #folder: TempFolder;

  private constructor(stack: Stack, docker: Docker, folder: TempFolder) {
    this.name = stack.name;
    this.stack = stack;
    this.docker = docker;
    this.#folder = folder;
    // For each update the Automation API would run the CLI three times more.
    stack.outputs = () => Promise.resolve({});
    stack.info = () => Promise.resolve(undefined as never);
  }

  /**
   * An empty stack with a Pulumi home of its own, and in it the Docker plugin that the toolchain has set up.
   * @param host URL of the engine. Default: the tests' own
   */
  static async create(host?: string): Promise<DockerStack> {
    const folder = await tempFolder();
    const env = {
      PULUMI_HOME: join(folder.path, "home"),
      PULUMI_BACKEND_URL: fileBackend(folder.path),
      PULUMI_CONFIG_PASSPHRASE: "of a test",
      PULUMI_CONFIG_PASSPHRASE_FILE: "",
      ...(host !== undefined && { DOCKER_HOST: host }),
    };
    const plugin = pluginFolder(cachePaths(), version);
    await cp(plugin, join(env.PULUMI_HOME, "plugins", basename(plugin)), { recursive: true });
    const stack = await LocalWorkspace.createStack(
      {
        stackName: `test-${randomBytes(4).toString("hex")}`,
        projectName: "docker-provider",
        program: () => Promise.resolve(),
      },
      // Otherwise the Automation API makes one, and leaves it.
      { envVars: env, workDir: folder.path },
    );
    return new DockerStack(stack, await connectEngine({ host }), folder);
  }

  /** Labels for resources and API calls: all that has them is swept away at the end. */
  get labels(): { label: string; value: string }[] {
    return [{ label: testLabel, value: this.name }];
  }

  get labelMap(): Record<string, string> {
    return { [testLabel]: this.name };
  }

  /** A program with one container, `c`, that sleeps and is on no network; `args` on top. */
  sleeper(
    args: Partial<docker.ContainerArgs> = {},
    options: () => CustomResourceOptions = () => ({}),
  ): PulumiFn {
    return () => {
      new docker.Container(
        "c",
        {
          image: baseImage,
          command: ["sleep", "infinity"],
          networkMode: "none",
          labels: this.labels,
          ...args,
        },
        options(),
      );
      return Promise.resolve();
    };
  }

  async up(program: PulumiFn): Promise<{ changes: Changes; printed: string }> {
    const { stdout: printed } = await this.stack.up({ program, color: "never" });
    return { changes: changesIn(printed), printed };
  }

  /** How many resources a preview would create, update, replace …, by kind of step. */
  async preview(program: PulumiFn): Promise<Changes> {
    const { changeSummary } = await this.stack.preview({ program, color: "never" });
    return changeSummary;
  }

  /**
   * An update that must fail. Returns all that it printed, white space folded: the CLI wraps and indents.
   * @param onOutput is given each piece of output as it comes.
   */
  async upFails(
    program: PulumiFn,
    { signal, onOutput }: { signal?: AbortSignal; onOutput?: (text: string) => void } = {},
  ): Promise<string> {
    let printed = "";
    const keep = (text: string): void => {
      printed += text;
      onOutput?.(text);
    };
    const failed = await this.stack
      .up({ program, color: "never", onOutput: keep, onError: keep, ...(signal && { signal }) })
      .then(
        () => false,
        () => true,
      );
    if (!failed) throw new Error(`the update was to fail and did not:\n${printed}`);
    return printed.replaceAll(/\s+/g, " ");
  }

  async refresh(): Promise<Changes> {
    const { stdout } = await this.stack.refresh({ color: "never" });
    return changesIn(stdout);
  }

  async destroy(): Promise<void> {
    await this.stack.destroy({ color: "never" });
  }

  /** The resource of this logical name as it lies on disk, secrets encrypted; `undefined` if state has none. */
  async recorded(name: string): Promise<Recorded | undefined> {
    const file = join(this.stateFolder, "stacks", "docker-provider", `${this.name}.json`);
    const { checkpoint } = JSON.parse(await readFile(file, "utf8")) as {
      checkpoint: { latest?: { resources?: Recorded[] } };
    };
    return checkpoint.latest?.resources?.find(({ urn }) => urn.endsWith(`::${name}`));
  }

  /** The outputs of a resource that must be in state. */
  async outputs(name: string): Promise<Record<string, unknown>> {
    const found = await this.recorded(name);
    if (found === undefined) throw new Error(`state has no resource ${name}`);
    return found.outputs;
  }

  /** The container of this logical name. */
  async container(name: string): Promise<Docker.Container> {
    const id = (await this.recorded(name))?.id;
    if (id === undefined) throw new Error(`state has no container ${name}`);
    return this.docker.getContainer(id);
  }

  /** The folder with the state's files. */
  get stateFolder(): string {
    return join(this.#folder.path, ".pulumi");
  }

  /** What carries the test's label on the engine. */
  async footprint(): Promise<{ containers: string[]; networks: string[]; images: string[] }> {
    const filters = { label: [`${testLabel}=${this.name}`] };
    const [containers, networks, images] = await Promise.all([
      this.docker.listContainers({ all: true, filters }),
      this.docker.listNetworks({ filters }),
      this.docker.listImages({ filters }),
    ]);
    return {
      containers: containers.map(({ Id }) => Id),
      networks: networks.map(({ Id }) => Id),
      images: images.map(({ Id }) => Id),
    };
  }

  /** Removes whatever has its label, without Pulumi, which takes many times as long. `KEEP_FAILED=1` keeps it all. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (process.env["KEEP_FAILED"] === "1") return;
    const { containers, networks, images } = await this.footprint();
    for (const id of containers)
      await this.docker.getContainer(id).remove({ force: true, v: true });
    for (const id of networks) await this.docker.getNetwork(id).remove();
    for (const id of images) await this.docker.getImage(id).remove({ force: true });
    await this.#folder[Symbol.asyncDispose]();
  }
}
