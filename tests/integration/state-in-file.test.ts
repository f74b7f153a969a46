/** A stack's state read from its file, next to what the Pulumi CLI itself says of it. */
import { existsSync } from "node:fs";
import { mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { userInfo } from "node:os";
import path from "node:path";

import { expect, it, onTestFinished } from "vitest";

import { cachePaths } from "../../base/files/paths.ts";
import { passphraseSecrets } from "../../stack/passphrase-secrets.ts";
import { pulumiQuietly, stackExists } from "../../stack/pulumi-cli.ts";
import { stateInFile } from "../../stack/state-in-file.ts";
import { networkOf, readState, stateOf } from "../../stack/stack-state.ts";
import { fileBackend } from "../../toolchain/environment.ts";
import type { Environment } from "../../toolchain/ensure.ts";
import { tempFolder } from "../helpers/temp-folder.ts";

const project = "state-in-file";

function secret(value: unknown): object {
  const signature = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };
  return { ...signature, plaintext: JSON.stringify(value) };
}

/** Has a stack made, if it is not there, and the CLI import a state: a claim, with its secrets in clear. */
async function record(
  { folder, pulumi }: TempProject,
  stack: string,
  stackId: string,
): Promise<void> {
  const file = path.join(folder, `Pulumi.${stack}.yaml`);
  if (!existsSync(file)) await pulumi(["stack", "init", stack]);
  const [, salt] = /^encryptionsalt: (\S+)$/m.exec(await readFile(file, "utf8")) ?? [];
  const [urn, rootType] = [`urn:pulumi:${stack}::${project}::`, "pulumi:pulumi:Stack"];
  const root = `${urn}${rootType}::${project}-${stack}`;
  const type = "regtest:index:Claim";
  const claim = {
    ...{ urn: `${urn}${type}::claim`, type, custom: true, id: "c", parent: root },
    outputs: { stackId, prefix: "", nodes: [], rpcPassword: secret(`password ü of ${stackId}`) },
  };
  const resources = [{ urn: root, type: rootType, custom: false }, claim];
  const deployment = {
    ...{ manifest: {}, resources },
    secrets_providers: { type: "passphrase", state: { salt } },
  };
  const state = JSON.stringify({ version: 3, deployment });
  await pulumi(["stack", "import", "--stack", stack], state);
}

interface TempProject {
  readonly environment: Environment;
  readonly folder: string;
  readonly pulumi: (args: string[], input?: string) => Promise<string>;
}

/** A Pulumi project with a backend and a passphrase of its own, and a stack `one`. */
async function tempProject(): Promise<TempProject> {
  const temp = await tempFolder();
  onTestFinished(() => temp[Symbol.asyncDispose]());
  const folder = temp.path;
  const passphrase = path.join(folder, "passphrase");
  const yaml = `name: ${project} # with a comment\nruntime: yaml\n`;
  await temp.write({ "Pulumi.yaml": yaml, passphrase: " words \n" });
  await mkdir(path.join(folder, "state"));
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    PULUMI_BACKEND_URL: fileBackend(path.join(folder, "state")),
    PULUMI_CONFIG_PASSPHRASE: undefined,
    PULUMI_CONFIG_PASSPHRASE_FILE: passphrase,
  };
  const environment = { env, folder };
  const pulumi: TempProject["pulumi"] = (args, input) => pulumiQuietly(environment, args, input);
  const made = { environment, folder, pulumi };
  await record(made, "one", "first");
  return made;
}

const idIn = async (environment: Environment, stack = "one"): Promise<string> =>
  networkOf(await readState(environment, stack)).claim.stackId;

it("is what the CLI exports with its secrets, at each moment, and of the stack that is named", async () => {
  const made = await tempProject();
  const { environment, folder, pulumi } = made;
  const file = path.join(folder, "state/.pulumi/stacks", project, "one.json");
  expect(await readFile(file, "utf8")).not.toContain("password ü");
  const found = await stateInFile(environment, "one");
  if (found === undefined) throw new Error("not read from its file");
  const exported = await pulumi(["stack", "export", "--show-secrets", "--stack", "one"]);
  const fromFile = stateOf("one", found.exported, found.decrypt);
  expect(fromFile).toEqual(stateOf("one", JSON.parse(exported) as typeof found.exported));
  expect(networkOf(fromFile).claim.rpcPassword).toBe("password ü of first");

  await record(made, "one", "second");
  expect(await idIn(environment)).toBe("second");
  await record(made, "two", "of two");
  expect(await idIn(environment, "two")).toBe("of two");
  expect(await idIn(environment)).toBe("second");

  await pulumi(["stack", "rm", "--yes", "--force", "two"]);
  await expect(readState(environment, "two")).rejects.toThrow("there is no stack two: npm run up");
});

it("is left to the CLI where that keeps or encrypts it otherwise", async () => {
  const { environment, folder } = await tempProject();
  const { env } = environment;
  const other = (changed: NodeJS.ProcessEnv): Environment => ({
    ...environment,
    env: { ...env, ...changed },
  });
  expect(await stateInFile(environment, "one")).toBeDefined();
  expect(await stateInFile(other({ PULUMI_BACKEND_URL: "s3://bucket" }), "one")).toBeUndefined();

  // The stack of that name, but of another project in the same backend.
  await writeFile(path.join(folder, "Pulumi.yaml"), "name: another\nruntime: yaml\n");
  await expect(readState(environment, "one")).rejects.toThrow("there is no stack one");
  await writeFile(path.join(folder, "Pulumi.yaml"), `"name": ${project}\nruntime: yaml\n`);
  expect(await stateInFile(environment, "one")).toBeUndefined();
  expect(await idIn(environment)).toBe("first");
  await writeFile(path.join(folder, "Pulumi.yaml"), `name: ${project}\nruntime: yaml\n`);

  await expect(readState(other({ PULUMI_CONFIG_PASSPHRASE: "wrong" }), "one")).rejects.toThrow(
    "incorrect passphrase",
  );
  const file = path.join(folder, "state/.pulumi/stacks", project, "one.json");
  await writeFile(`${file}.gz`, "");
  expect(await stateInFile(environment, "one")).toBeUndefined();
  await rm(`${file}.gz`);
  await writeFile(file, (await readFile(file, "utf8")).slice(0, -20));
  expect(await stateInFile(environment, "one")).toBeUndefined();
});

it("is found where the Pulumi CLI keeps it, however the backend is named", async () => {
  const { environment, folder } = await tempProject();
  const env = { ...environment.env, PULUMI_HOME: path.join(folder, "home"), HOME: folder };
  const expectFound = async (url: string | undefined): Promise<void> => {
    const named = { folder, env: { ...env, PULUMI_BACKEND_URL: url } };
    expect(await stackExists(named, "one"), url).toBe(true);
    expect(await stateInFile(named, "one"), url).toBeDefined();
  };
  await expectFound("file://./state");
  await expectFound("file://state?metadata=skip");
  await expectFound(`file://${folder.replaceAll(" ", "%20")}/state`);
  await expectFound(`file://~/${path.relative(userInfo().homedir, folder)}/state`);

  await mkdir(path.join(folder, "elsewhere"));
  const login = async (url: string): Promise<void> => {
    const loggedOut = { folder, env: { ...env, PULUMI_BACKEND_URL: undefined } };
    await pulumiQuietly(loggedOut, ["login", url]);
  };
  await login("file://./state");
  await expectFound(undefined);
  await login("file://./elsewhere");
  const file = path.join(folder, "Pulumi.yaml");
  const yaml = await readFile(file, "utf8");
  await writeFile(file, `${yaml}backend:\n  url: file://./state\n`);
  await expectFound(undefined);
});

it("is that of the stack by each name that the Pulumi CLI takes", async () => {
  const { environment } = await tempProject();
  for (const name of ["one", "organization/one", `organization/${project}/one`]) {
    expect(await stackExists(environment, name), name).toBe(true);
    expect(await stateInFile(environment, name), name).toBeDefined();
  }
  expect(await stackExists(environment, `organization/${project}/two`)).toBe(false);
  const other = "organization/other/one";
  expect(await stackExists(environment, other)).toBe(false);
  await expect(readState(environment, other)).rejects.toThrow(`there is no stack ${other}`);
  const elsewhere = "somebody/one";
  await expect(stackExists(environment, elsewhere)).rejects.toThrow("must be 'organization'");
  expect(await stateInFile(environment, elsewhere)).toBeUndefined();
});

it("keeps the key of the project's own passphrase for its owner, and not when that is another", async () => {
  const { environment, folder } = await tempProject();
  const { env } = environment;
  const file = path.join(folder, "state/.pulumi/stacks", project, "one.json");
  const [, salt = ""] = /"salt":\s*"([^"]+)"/.exec(await readFile(file, "utf8")) ?? [];
  const own = { passphrase: path.join(folder, "passphrase"), keys: path.join(folder, "keys.json") };
  const kept = (): Promise<string> => readFile(own.keys, "utf8");

  // Of a passphrase of somebody's own, nothing is kept.
  expect(await passphraseSecrets({ PULUMI_CONFIG_PASSPHRASE: "words" }, salt, own)).toBeDefined();
  expect(await passphraseSecrets(env, salt, cachePaths(folder))).toBeDefined();
  await expect(stat(own.keys)).rejects.toThrow("ENOENT");

  expect(await passphraseSecrets(env, salt, own)).toBeDefined();
  expect((await stat(own.keys)).mode & 0o777).toBe(0o600);
  expect(await kept()).not.toContain("words");
  const cpu = process.cpuUsage();
  expect(await passphraseSecrets(env, salt, own)).toBeDefined();
  const { user } = process.cpuUsage(cpu);
  expect(user).toBeLessThan(200_000);

  await writeFile(own.passphrase, "other words\n");
  expect(await passphraseSecrets(env, salt, own)).toBeUndefined();
  await writeFile(own.passphrase, "words\n");
  await writeFile(own.keys, (await kept()).replaceAll(/[0-9A-Za-z]{8}="/g, 'AAAAAAAA="'));
  expect(await passphraseSecrets(env, salt, own)).toBeDefined();
});
