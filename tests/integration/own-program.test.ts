/** RegtestNetwork in a program of a user's own, from the packed package: an empty project, a CLI and a backend. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, readFile } from "node:fs/promises";
import path from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { waitFor } from "../../base/wait.ts";
import { connectEngine } from "../../engine/client.ts";
import { execIn } from "../../engine/exec.ts";
import { label, labelFilter } from "../../engine/labels.ts";
import { readRecord } from "../../base/files/files.ts";
import { projectFolder } from "../../base/files/paths.ts";
import { TestStack } from "../../network/testing/index.ts";
import {
  foreignProject,
  type ForeignProject,
  packedPackage,
} from "../helpers/installed-package.ts";
import { sharedNodeImage } from "../helpers/node-image.ts";
import { footprintOf, type Footprint } from "../helpers/stack.ts";
import { story } from "../helpers/story.ts";
import { nothing } from "../helpers/declared.ts";

/** Of examples/pulumi/index.ts. */
interface Outputs {
  readonly endpoints: Readonly<Record<string, string>>;
  readonly ports: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly rpcUser: string;
  readonly rpcPassword: string;
  readonly chain: { readonly height: number; readonly tip: string };
  readonly otherTip: string;
  readonly shopName: string;
}

const docker = await connectEngine();
const pluginLines = /^plugins:\n(?: .*\n)+/m;
let project: ForeignProject;
/** Pulumi.yaml of the example. */
let pulumiYaml: string;

beforeAll(async () => {
  const { devDependencies } = (await readRecord(path.join(projectFolder, "package.json"))) as {
    devDependencies: Record<string, string>;
  };
  const packages = ["@pulumi/pulumi", "@pulumi/docker", "typescript", "@types/node"];
  const wanted = packages.map((name) => `${name}@${devDependencies[name] ?? ""}`);
  project = await foreignProject([await packedPackage(), ...wanted]);
  await cp(path.join(projectFolder, "examples/pulumi"), project.path, { recursive: true });
  pulumiYaml = await readFile(path.join(project.path, "Pulumi.yaml"), "utf8");
});
afterAll(async () => {
  await project[Symbol.asyncDispose]();
});

async function left(stack: string): Promise<Footprint> {
  return await footprintOf(docker, stack);
}

describe("a program of a user's own", () => {
  const { test } = story();
  let stack: TestStack<Outputs>;

  test("has types that a strict project compiles", async () => {
    const options = ["--strict", "--noEmit", "--module", "nodenext", "--target", "es2024"];
    await project.run("tsc", [...options, "--types", "node", "index.ts"]);
  });

  test("is told which lines Pulumi.yaml lacks", async () => {
    await project.write("Pulumi.yaml", pulumiYaml.replace(pluginLines, ""));
    const lines = pluginLines.exec(pulumiYaml)?.[0].trim().split("\n") ?? [];
    expect(lines).toHaveLength(3);
    const error = await TestStack.up({ program: project.path }).then(
      () => "it came up",
      (error: unknown) => String(error),
    );
    for (const line of lines) expect(error).toContain(line.trim());
    await project.write("Pulumi.yaml", pulumiYaml);
  });

  test("makes two networks, and a container beside them that reaches a node by its name", async () => {
    stack = await TestStack.up<Outputs>({
      program: project.path,
      config: { image: await sharedNodeImage() },
    });
    const { endpoints, ports, chain, rpcUser, rpcPassword, otherTip, shopName } = stack.outputs;
    expect(chain.height).toBe(107);
    expect(otherTip).not.toBe(chain.tip);
    expect(Object.keys(endpoints)).toEqual(["alice", "bob", "miner"]);
    expect(ports["bob"]?.["zmq"]).toMatch(/^tcp:\/\/127\.0\.0\.1:\d+$/);

    const credentials = [`-rpcuser=${rpcUser}`, `-rpcpassword=${rpcPassword}`];
    const { output } = await execIn(docker.getContainer(shopName), [
      ...["/bin/sh", "-c", 'echo "$BITCOIN_RPC"; exec bitcoin-cli "$@"', "sh"],
      ...["-rpcconnect=alice", "-rpcport=18332", ...credentials, "getbestblockhash"],
    ]);
    expect(output.split("\n")).toEqual(["http://alice:18332", chain.tip]);
  });

  test("changes nothing the second time, also for a preview", async () => {
    await stack.stack.preview({ expectNoChanges: true });
    expect(Object.keys(await stack.update())).toEqual(["same"]);
  });

  test("leaves nothing when it is destroyed", async () => {
    expect((await left(stack.name)).containers).toHaveLength(4);
    await stack[Symbol.asyncDispose]();
    expect(await left(stack.name)).toEqual(nothing);
  });
});

it(
  "a stack goes with the process that made it, when that is killed",
  { tags: ["long"] },
  async () => {
    await project.write(
      "killed.mjs",
      `import * as docker from "@pulumi/docker";
     import { RegtestNetwork } from "regtest-network/pulumi";
     import { TestStack } from "regtest-network/pulumi/testing";
     // On an engine that the program names.
     const host = process.env.DOCKER_HOST || "unix:///var/run/docker.sock";
     const program = async () => {
       const own = new docker.Provider("own", { host });
       return { chain: new RegtestNetwork("btc", {}, { providers: { docker: own } }).chain };
     };
     const stack = await TestStack.up({ program });
     console.log(stack.name, stack.outputs.chain.height);`,
    );
    const child = spawn("node", ["killed.mjs"], {
      cwd: project.path,
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [printed] = (await once(child.stdout, "data")) as [Buffer];
    child.kill("SIGKILL");
    const [name = "", height] = printed.toString().trim().split(" ");
    expect(height).toBe("107");
    await waitFor(
      async () => {
        const found = await left(name);
        return (
          found.images.length + found.volumes.length === 0 || { pending: JSON.stringify(found) }
        );
      },
      { what: `nothing of stack ${name} to be left`, limitMs: 90_000 },
    );
    const filters = labelFilter({ [label.stack]: name });
    expect(await docker.listContainers({ all: true, filters })).toEqual([]);
  },
);
