/** The npm scripts as a person uses them. */
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { projectFolder } from "../../base/files/paths.ts";
import { cli } from "../helpers/cli.ts";
import { nothing } from "../helpers/declared.ts";
import { ProjectStack } from "../helpers/stack.ts";

/** `npm run -s SCRIPT -- ARGS` on the backend of this test run. */
function npm(script: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  return execa("npm", ["run", "--silent", script, "--", ...args], {
    cwd: projectFolder,
    env,
    reject: false,
    stdin: "ignore",
  });
}

describe("a network brought up and taken down by its npm scripts", () => {
  let stack: ProjectStack;
  let first: Awaited<ReturnType<typeof npm>>;
  let named: string[];
  beforeAll(async () => {
    stack = await ProjectStack.create();
    named = ["--stack", stack.name];
    first = await npm("up", named);
  });
  afterAll(async () => {
    await stack[Symbol.asyncDispose]();
  });

  /** What `up` prints below Pulumi's own lines. */
  function summaryOf({ stdout }: { stdout: string }): string {
    return stdout.slice(stdout.indexOf(`The network of stack ${stack.name} is up`));
  }

  it("prints where everything is, in numbers that the nodes confirm", async () => {
    expect(first).toMatchObject({ exitCode: 0 });
    const summary = summaryOf(first);
    for (const url of Object.values(await stack.output<Record<string, string>>("endpoints"))) {
      expect(summary).toContain(url);
    }
    await using alice = await stack.rpc("alice");
    expect(summary).toContain(`tip ${await alice.call("getbestblockhash")}`);
    expect(summary).toMatch(/^ {2}alice .* 30\.00000000 BTC /m);
  });

  it("prints lines to paste that work", async () => {
    const [, lines = ""] = summaryOf(first).split("Try it:\n");
    const { stdout } = await execa("sh", ["-eu", "-c", lines], { cwd: projectFolder });
    const [balance, answer = ""] = stdout.split("\n");
    expect(balance).toBe("30.00000000");
    expect(JSON.parse(answer)).toMatchObject({ id: 1, result: 30 });
  });

  it("sets nothing up and changes nothing the second time", async () => {
    const before = await stack.footprint();
    const second = await npm("up", named);
    expect(second).toMatchObject({ exitCode: 0 });
    expect(second.stdout).toMatch(/^Resources:\n {4}\d+ unchanged\n\n/m);
    expect(second.stderr).not.toMatch(/Installing|Fetching|Building|Pulling/);
    expect(summaryOf(second)).toBe(summaryOf(first));
    expect(await stack.footprint()).toEqual(before);
  });

  it("gives its outputs as JSON and nothing else, secrets when asked for alone", async () => {
    const open = await npm("pulumi", ["stack", "output", "--json", "--show-secrets", ...named]);
    const outputs = JSON.parse(open.stdout) as Record<string, unknown>;
    expect(outputs["rpcUser"]).toBe("user");
    // 256 bits in base64url.
    expect(outputs["rpcPassword"]).toMatch(/^[\w-]{43}$/);
    const closed = await npm("pulumi", ["stack", "output", "--json", ...named]);
    expect(JSON.parse(closed.stdout)).toEqual({ ...outputs, rpcPassword: "[secret]" });
  });

  it("shows its password nowhere", async () => {
    const password = await stack.output<string>("rpcPassword");
    expect(first.stdout + first.stderr).not.toContain(password);
    const inspected = await Promise.all(
      ["alice", "miner"].flatMap((node) => [
        stack.container(node).inspect(),
        stack.docker.getImage(`${stack.prefix}${node}`).inspect(),
        stack.docker.getImage(`${stack.prefix}${node}`).history(),
      ]),
    );
    expect(JSON.stringify(inspected)).not.toContain(password);
  });

  it("fails with the reason and leaves the network as it is when it cannot be changed so", async () => {
    const before = await stack.footprint();
    await stack.configure({ blocks: "100" });
    try {
      const failed = await npm("up", named);
      expect(failed.exitCode).not.toBe(0);
      expect(failed.stderr).toContain("blocks: 100 is not allowed; give a whole number from 101");
      expect(failed.stdout).toBe("");
    } finally {
      await stack.configure({ blocks: "101" });
    }
    expect(await stack.footprint()).toEqual(before);
  });

  it("is gone after down, by its full name too, which may be said twice", async () => {
    const inFull = ["--stack", `organization/regtest-network/${stack.name}`];
    expect(await npm("down", inFull)).toMatchObject({ exitCode: 0 });
    expect(await stack.footprint()).toEqual(nothing);
    expect(await npm("down", named)).toMatchObject({ exitCode: 0 });
  });
});

describe("down", () => {
  it("has nothing to do for a stack that does not exist, and does not make it", async () => {
    const down = await npm("down", ["--stack", "never-made"]);
    expect(down).toMatchObject({ exitCode: 0 });
    expect(down.stdout).toContain("There is no stack never-made");
    const { stdout } = await npm("pulumi", ["stack", "ls", "--json"]);
    expect(stdout).not.toContain("never-made");
  });
});

describe("help", () => {
  it.each([
    ["up", "--stack <name>"],
    ["down", "--stack <name>"],
    ["test", "[arguments...]"],
    ["bench", "--json"],
    ["status", "--watch [seconds]"],
    ["logs", "--follow"],
    ["cli", "--stack <name>"],
  ])("of %s says what it does and takes, on stdout", async (script, option) => {
    const help = await cli([script, "--help"]);
    expect(help).toMatchObject({ exitCode: 0 });
    expect(help.stdout).toMatch(new RegExp(`^Usage: regtest-network ${script} `));
    expect(help.stdout).toContain(option);
  });

  it("of the program names every script of package.json", async () => {
    const { stdout } = await cli(["--help"]);
    for (const script of ["up", "down", "test", "pulumi", "bench", "status", "logs", "cli"]) {
      expect(stdout).toMatch(new RegExp(`^ {2}${script} `, "m"));
    }
  });
});

describe("a mistake on the command line", () => {
  it.each([
    ["up", ["--stak", "dev"], "error: unknown option '--stak'"],
    ["up", ["dev"], "error: too many arguments"],
    ["bench", ["--runs", "none"], "error: option '-r, --runs <count>' argument 'none' is invalid"],
  ])("in %s %j is told on stderr, with a way to help", async (script, args, message) => {
    const failed = await cli([script, ...args]);
    expect(failed).toMatchObject({ exitCode: 1, stdout: "" });
    expect(failed.stderr).toContain(message);
    expect(failed.stderr).toContain("--help");
  });

  it.each<[string, NodeJS.ProcessEnv, string]>([
    [
      "an engine that is not there",
      { DOCKER_HOST: "unix:///nowhere.sock" },
      "unix:///nowhere.sock",
    ],
    [
      "a plugin there is none of",
      { REGTEST_DOCKER_PLUGIN: "any" },
      'REGTEST_DOCKER_PLUGIN is "any"',
    ],
  ])("in the environment, %s, is told on stderr", async (_what, env, message) => {
    for (const script of ["up", "down"]) {
      const failed = await cli([script, "--stack", "never-made"], { env });
      expect(failed).toMatchObject({ exitCode: 1, stdout: "" });
      expect(failed.stderr).toMatch(/^error: /m);
      expect(failed.stderr).toContain(message);
      expect(failed.stderr).not.toMatch(/^ +at /m);
    }
  });
});
