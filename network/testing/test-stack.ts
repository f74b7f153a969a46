/** Stacks for integration tests of a Pulumi program, each with a random name and a backend of its own. */
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";

import {
  type ConfigMap,
  LocalWorkspace,
  type OutputMap,
  type PulumiFn,
  type Stack,
} from "@pulumi/pulumi/automation/index.js";

import { packageFolder } from "../../base/files/paths.ts";
import { destroyAtExit } from "./destroy-at-exit.ts";

export interface TestStackOptions {
  /** Folder of the program, with its Pulumi.yaml, or the program as a function. Default: the current folder. */
  readonly program?: string | PulumiFn | undefined;
  /** Values of the program's configuration. */
  readonly config?: Readonly<Record<string, string>> | undefined;
  /** Environment variables of the Pulumi CLI, on top of this process's. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Gets what Pulumi prints. Default: it is in the error when something fails, and else nowhere. */
  readonly onOutput?: ((text: string) => void) | undefined;
}

/**
 * A stack that is up. Disposing of it destroys it, and so does the end of this process, whatever ends it.
 * @typeParam Outputs of the program
 */
export class TestStack<
  Outputs extends object = Readonly<Record<string, unknown>>,
> implements AsyncDisposable {
  /** `test-` and 8 hex digits: containers of a RegtestNetwork have it in their names. */
  readonly name: string;
  /** For what this class does not do: refresh, history, export. */
  readonly stack: Stack;
  readonly #folder: string;
  readonly #release: () => void;
  readonly #onOutput: (text: string) => void;
  #outputs: OutputMap = {};

  private constructor(stack: Stack, folder: string, { onOutput }: TestStackOptions) {
    this.name = stack.name;
    this.stack = stack;
    this.#folder = folder;
    this.#onOutput = onOutput ?? (() => undefined);
    const { workDir, envVars } = stack.workspace;
    this.#release = destroyAtExit({ stack: stack.name, workDir, env: envVars, folder });
  }

  /**
   * Brings up a stack of the program.
   * @throws what the Automation API throws, after what the update made was destroyed
   */
  static async up<Outputs extends object = Readonly<Record<string, unknown>>>(
    options: TestStackOptions = {},
  ): Promise<TestStack<Outputs>> {
    const { program = process.cwd(), config = {} } = options;
    const folder = await mkdtemp(path.join(tmpdir(), "regtest-network-stack-"));
    const stackName = `test-${randomBytes(4).toString("hex")}`;
    const workspace = {
      envVars: {
        ...options.env,
        // Without files of attributes: one that a killed run left empty makes a backend unreadable.
        PULUMI_BACKEND_URL: `${pathToFileURL(folder).href}?metadata=skip`,
        PULUMI_CONFIG_PASSPHRASE: randomBytes(16).toString("hex"),
      },
    };
    const stack =
      typeof program === "string"
        ? await LocalWorkspace.createStack({ stackName, workDir: program }, workspace)
        : await LocalWorkspace.createStack(
            { stackName, projectName: inlineProject.name, program },
            { ...workspace, workDir: folder, projectSettings: inlineProject },
          );
    const self = new TestStack<Outputs>(stack, folder, options);
    try {
      await stack.setAllConfig(
        Object.fromEntries(
          Object.entries(config).map(([key, value]): [string, ConfigMap[string]] => [
            key,
            { value },
          ]),
        ),
      );
      await self.update();
      return self;
    } catch (error) {
      await self[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Updates it again. Returns what happened, such as `same` or `update` → to how many resources. */
  async update(): Promise<Readonly<Record<string, number>>> {
    const { outputs, summary } = await this.stack.up({
      color: "never",
      onOutput: this.#onOutput,
    });
    this.#outputs = outputs;
    return summary.resourceChanges ?? {};
  }

  /** The program's outputs as of the last update, secrets too. */
  get outputs(): Outputs {
    const values = Object.entries(this.#outputs).map(([name, { value }]): [string, unknown] => [
      name,
      value,
    ]);
    return Object.fromEntries(values) as Outputs;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stack.destroy({ color: "never", onOutput: this.#onOutput });
    await this.stack.workspace.removeStack(this.name);
    this.#release();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** What Pulumi.yaml has for a program that is a file. */
const inlineProject = {
  name: "test",
  runtime: "nodejs",
  plugins: {
    providers: [{ name: "regtest", path: path.join(packageFolder, "provider/regtest") }],
  },
};
