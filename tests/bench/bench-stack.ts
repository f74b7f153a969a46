/** A stack of the bench's own, brought up and taken down by the npm scripts as a person does it. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import type Docker from "dockerode";

import { tidyBuildCache } from "../../engine/clean-up/build-cache.ts";
import { label, labelFilter } from "../../engine/labels.ts";
import { removeContainersAndNetworks } from "../../engine/clean-up/sweep.ts";
import { fileBackend } from "../../toolchain/environment.ts";
import { projectFolder } from "../../base/files/paths.ts";
import { timedRun, type TimedRun } from "./timed-lines.ts";

export interface BenchStackOptions {
  readonly docker: Docker;
  readonly name: string;
  /** Beside the prefix. */
  readonly config: Readonly<Record<string, string>>;
  /** For the commands, on top of this process's. */
  readonly env?: Readonly<Record<string, string>>;
  /** Whether the engine goes in the end, with all that is on it. Default: no, and what is left there is removed. */
  readonly engineGoes?: boolean;
  readonly signal: AbortSignal;
}

/** As far as it is read. */
export interface BenchStatus {
  readonly height: number;
  readonly nodes: readonly {
    readonly name: string;
    readonly state: string;
    readonly height?: number;
    readonly problem?: string;
  }[];
}

export class BenchStack implements AsyncDisposable {
  readonly name: string;
  readonly #docker: Docker;
  readonly #options: BenchStackOptions;
  /** The state backend: nothing of the bench shows among a person's stacks. */
  readonly #state: string;

  private constructor(options: BenchStackOptions, state: string) {
    this.name = options.name;
    this.#docker = options.docker;
    this.#options = options;
    this.#state = state;
  }

  static async create(options: BenchStackOptions): Promise<BenchStack> {
    const state = await mkdtemp(path.join(tmpdir(), `${options.name}-`));
    const stack = new BenchStack(options, state);
    try {
      await stack.#npm("pulumi", ["stack", "init", "--no-select", "--stack", options.name]);
      const settings = { prefix: `${options.name}-`, ...options.config };
      const config = Object.entries(settings).flatMap(([key, value]) => [
        "--plaintext",
        `${key}=${value}`,
      ]);
      await stack.#npm("pulumi", ["config", "set-all", "--stack", options.name, ...config]);
      return stack;
    } catch (error) {
      await stack[Symbol.asyncDispose]();
      throw error;
    }
  }

  async up(): Promise<TimedRun> {
    return await this.#npm("up", ["--stack", this.name]);
  }

  /** What `up` is set against: Pulumi's own, which looks at the engine as well. */
  async plainUp(): Promise<TimedRun> {
    const options = ["--yes", "--skip-preview", "--refresh", "--suppress-outputs"];
    return await this.#npm("pulumi", ["up", ...options, "--stack", this.name]);
  }

  async status(): Promise<TimedRun> {
    return await this.#npm("status", ["--stack", this.name]);
  }

  /** The same for a program. */
  async statusJson(): Promise<{ readonly seconds: number; readonly status: BenchStatus }> {
    const { seconds, stdout } = await this.#npm("status", ["--json", "--stack", this.name]);
    return { seconds, status: JSON.parse(stdout) as BenchStatus };
  }

  async mine(): Promise<TimedRun> {
    return await this.#npm("mine", ["--stack", this.name]);
  }

  async reset(): Promise<TimedRun> {
    return await this.#npm("reset", ["--stack", this.name]);
  }

  /** A named one, which is removed again. */
  async snapshot(): Promise<TimedRun> {
    const taken = await this.#npm("snapshot", [this.name, "--stack", this.name]);
    await this.#npm("snapshot", ["remove", this.name]);
    return taken;
  }

  async down(): Promise<TimedRun> {
    return await this.#npm("down", ["--stack", this.name]);
  }

  /** Bytes of the image, and by node's name those of the layer that its snapshot adds. */
  async sizes(): Promise<{ imageSize: number; snapshotLayers: Record<string, number> }> {
    const [image] = await this.#images("image");
    const snapshots = await this.#images("snapshot");
    const layers = await Promise.all(
      snapshots.map(async ({ Id, Labels }) => {
        const [layer] = (await this.#docker.getImage(Id).history()) as { Size: number }[];
        return [Labels[label.node] ?? "", layer?.Size ?? Number.NaN] as const;
      }),
    );
    return {
      imageSize: image?.Size ?? Number.NaN,
      snapshotLayers: Object.fromEntries(layers.toSorted(([a], [b]) => (a < b ? -1 : 1))),
    };
  }

  /** Gives the stack's image a second name, by which it outlives `down`. Returns that name. */
  async holdImage(): Promise<string> {
    const [image] = await this.#images("image");
    if (image === undefined) throw new Error(`stack ${this.name} has no image`);
    const repo = `${this.name}-held`;
    await this.#docker.getImage(image.Id).tag({ repo, tag: "latest" });
    return repo;
  }

  /** Whatever the state of things: by label, since a run that was interrupted may have recorded nothing. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      if (this.#options.engineGoes !== true) await this.#clearEngine();
    } finally {
      await rm(this.#state, { recursive: true, force: true });
      await rm(path.join(projectFolder, `Pulumi.${this.name}.yaml`), { force: true });
    }
  }

  async #clearEngine(): Promise<void> {
    await removeContainersAndNetworks(this.#docker, { [label.stack]: this.name });
    const filters = labelFilter({ [label.stack]: this.name });
    const { Volumes } = await this.#docker.listVolumes({ filters });
    for (const { Name } of (Volumes as typeof Volumes | null) ?? [])
      await this.#docker.getVolume(Name).remove();
    // Snapshots first: they are made of the image.
    for (const kind of ["snapshot", "image"]) {
      for (const { Id } of await this.#images(kind)) {
        await this.#docker.getImage(Id).remove({ force: true });
      }
    }
    await tidyBuildCache(this.#docker);
  }

  async #images(kind: string): Promise<Docker.ImageInfo[]> {
    const filters = labelFilter({ [label.stack]: this.name, [label.kind]: kind });
    return await this.#docker.listImages({ filters });
  }

  async #npm(script: string, args: readonly string[]): Promise<TimedRun> {
    return await timedRun("npm", ["run", "--silent", script, "--", ...args], {
      cwd: projectFolder,
      env: { ...this.#options.env, PULUMI_BACKEND_URL: fileBackend(this.#state) },
      signal: this.#options.signal,
    });
  }
}
