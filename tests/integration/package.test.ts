/** The package as others use it: packed, installed in an empty project elsewhere, and used from there. */
import { access, cp, readFile, readdir } from "node:fs/promises";
import path from "node:path";

import type { ExecaError } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { listSnapshots } from "../../bootstrap/snapshots/find.ts";
import { connectEngine } from "../../engine/client.ts";
import { findOnPath } from "../../base/files/files.ts";
import { projectFolder } from "../../base/files/paths.ts";
import { thingsOf, removeSnapshot } from "../helpers/kit-snapshot.ts";
import { sharedNodeImage } from "../helpers/node-image.ts";
import {
  type ForeignProject,
  foreignProject,
  packedPackage,
} from "../helpers/installed-package.ts";

const python = findOnPath("python3", process.env["PATH"]);
const go = findOnPath("go", process.env["PATH"]);
const docker = await connectEngine();

let project: ForeignProject;
let before: string[];
/** Of the default chain, which the examples start from. */
let snapshot: string;
const made: string[] = [];
beforeAll(async () => {
  before = (await listSnapshots(docker)).map(({ name }) => name);
  // While the image is there, each snapshot's own build of it finds every step done.
  const [archive] = await Promise.all([packedPackage(), sharedNodeImage()]);
  // The tools of a project that tests with it, as this one has them.
  const { devDependencies } = JSON.parse(
    await readFile(path.join(projectFolder, "package.json"), "utf8"),
  ) as { devDependencies: Record<string, string> };
  // Without dockerode's types: what the package shows needs none.
  const tools = ["vitest", "typescript", "@types/node"];
  const wanted = tools.map((name) => `${name}@${devDependencies[name] ?? ""}`);
  project = await foreignProject([archive, ...wanted]);
  snapshot = await ensure();
});
afterAll(async () => {
  for (const name of made) if (!before.includes(name)) await removeSnapshot(docker, name);
  await project[Symbol.asyncDispose]();
});

async function write(name: string, text: string): Promise<void> {
  await project.write(name, text);
}

/** Runs a command in the project. Returns its standard output. */
async function run(command: string, ...args: string[]): Promise<string> {
  return await project.run(command, args);
}

/** Makes a snapshot by the package's own command. Returns its name. */
async function ensure(...args: string[]): Promise<string> {
  const name = await run("regtest-network", "ensure", ...args);
  made.push(name);
  return name;
}

async function copyExamples(): Promise<void> {
  await cp(path.join(projectFolder, "examples/testing"), project.path, { recursive: true });
}

/** The compiler by its path: of two versions only one is on PATH. */
const tsc = ["node", "node_modules/typescript/bin/tsc"] as const;

/** Options of the compiler for a strict project. */
const compile = [
  ...["--target", "es2024", "--lib", "es2024,esnext.disposable", "--module", "nodenext"],
  ...["--strict", "--noEmit", "--types", "node"],
];

describe("an empty project with the package", () => {
  it("has it alone: no Pulumi, and no packages beside it, in a few megabytes", async () => {
    const modules = path.join(project.path, "node_modules");
    expect(await readdir(modules)).not.toContain("@pulumi");
    const own = path.join(modules, "regtest-network");
    const { dependencies } = JSON.parse(await readFile(path.join(own, "package.json"), "utf8")) as {
      dependencies?: unknown;
    };
    expect(dependencies).toBeUndefined();
    // In KiB, as they are on the disk.
    expect(parseInt(await run("du", "-sk", own), 10)).toBeLessThan(10.5 * 1024);
    const licences = await readFile(path.join(own, "dist/LICENSES.txt"), "utf8");
    expect(licences).toMatch(/^dockerode \S+ \(Apache-2\.0\)$/m);
    // The explorer's page comes built, with what it is built of.
    const page = await readdir(path.join(own, "dist/explorer/page/files/built"));
    expect(page.toSorted()).toEqual(["app.css", "app.js", "icon.svg", "index.html"]);
    expect(licences).toMatch(/^preact \S+ \(MIT\)$/m);
  });

  const forBundler = {
    ...{ module: "esnext", moduleResolution: "bundler" },
    ...{ lib: ["es2022", "dom"], types: [] },
  };
  const isTyped = async (compiler: string, options: object): Promise<void> => {
    // What needs vitest needs the types of Node with it.
    const names = "types" in options ? ["use.ts"] : ["use.ts", "vitest.ts"];
    const consumer = path.join(projectFolder, "tests/fixtures/consumer");
    for (const name of names) await cp(path.join(consumer, name), path.join(project.path, name));
    await write(
      "tsconfig.consumer.json",
      JSON.stringify({
        compilerOptions: {
          ...{ target: "es2022", lib: ["es2022"], types: ["node"], skipLibCheck: false },
          ...{ strict: true, exactOptionalPropertyTypes: true, noEmit: true },
          ...options,
        },
        files: names,
      }),
    );
    const program = path.join("node_modules", compiler, "bin/tsc");
    await run("node", program, "-p", "tsconfig.consumer.json");
  };
  // Node's types with this compiler: the tests below.
  it("is typed for current TypeScript, a bundler, and no types of Node, without skipLibCheck", async () => {
    await isTyped("typescript", forBundler);
  });
  it(
    "is typed for TypeScript 5.9 and Node.js, without skipLibCheck",
    { tags: ["long"] },
    async () => {
      await project.install("typescript-5.9@npm:typescript@~5.9.0");
      await isTyped("typescript-5.9", { module: "nodenext" });
    },
  );

  it("makes the snapshot when it is told to, and says how when it is not", async () => {
    expect(snapshot).toMatch(/^default-[0-9a-f]{12}$/);
    expect(await run("regtest-network", "snapshot", "list")).toMatch(
      new RegExp(`^${snapshot} +height 107 `, "m"),
    );
    await expect(run("regtest-network", "clone", "--snapshot", "nowhere")).rejects.toThrow(
      'Create it from the default chain with "npx regtest-network ensure nowhere"',
    );
  });

  it("uses it from JavaScript, and the process ends by itself", async () => {
    await write(
      "plain.js",
      `import { rpcCall } from "regtest-network";
       import { cloneNetwork } from "regtest-network/testing";
       await using network = await cloneNetwork();
       const { url, user, password } = network.alice;
       const port = Number(new URL(url).port);
       console.log(network.id, await rpcCall("getbalance", [], { port, user, password }));`,
    );
    const [id = "", balance] = (await run("node", "plain.js")).split(" ");
    expect(balance).toBe("30");
    expect(await thingsOf(docker, id)).toBe(0);
  });

  it("uses it from TypeScript, a scenario too, with types that say what is wrong", async () => {
    const typed = (type: string): string =>
      `import { cloneNetwork, type TestNetwork } from "regtest-network/testing";
       export type { NetworkFixtures } from "regtest-network/testing/vitest";
       const network: TestNetwork = await cloneNetwork();
       const height: ${type} = await network.miner.rpc.call("getblockcount");
       console.log(height, await network.alice.rpc.call<string[]>("listwallets"));
       await network.dispose();`;
    await write("wrong.ts", typed("string"));
    await write("typed.ts", typed("number"));
    const example = await readFile(path.join(projectFolder, "examples/scenario.ts"), "utf8");
    // With more in it than the example's, so that its snapshot is another.
    await write("shop.ts", `${example}\nexport const shop = "elsewhere";\n`);
    const compiled = run(
      ...tsc,
      ...compile,
      "--pretty",
      "false",
      ...["wrong.ts", "typed.ts", "shop.ts"],
    );
    const printed = await compiled.catch((error: unknown) => (error as ExecaError).stdout);
    // The only error.
    expect(printed).toMatch(
      /^wrong\.ts\(4,\d+\): error TS2322: Type 'number' is not assignable to type 'string'\.$/,
    );
    expect(await run("node", "typed.ts")).toBe("107 [ 'alice' ]");
    expect(await ensure("--scenario", "shop.ts")).toMatch(/^scenario-[0-9a-f]{12}$/);
  });

  it("runs the examples in vitest", async () => {
    await copyExamples();
    expect(await run("vitest", "run", "--no-color")).toMatch(/Tests +5 passed \(5\)/);
  });

  it("runs the example in a shell", { tags: ["long"] }, async () => {
    await copyExamples();
    expect(await run("sh", "deposit.sh")).toBe("30.5");
  });

  it.skipIf(python === undefined)("runs the example in Python", async () => {
    await copyExamples();
    expect(await run("python3", "deposit.py")).toBe("30.50000000");
  });

  // Go compiles its standard library for it.
  it.skipIf(go === undefined)("runs the example in Go", { tags: ["long"] }, async () => {
    await copyExamples();
    // What vet finds is for who writes it, and takes as long as the rest.
    expect(await run("go", "test", "-count=1", "-vet=off", "deposit_test.go")).toMatch(/^ok /);
  });
});

it("keeps what a failed test had, in a folder of its own, and shares a network within a file", async () => {
  await copyExamples();
  await write(
    "failing.test.ts",
    `import { networkTest } from "regtest-network/testing/vitest";
     import { expect } from "vitest";
     const test = networkTest({ artifacts: "kept" });
     test("mines", async ({ sharedNetwork }) => { await sharedNetwork.mine(3); });
     test("finds what was mined, and fails", async ({ sharedNetwork }) => {
       expect(await sharedNetwork.alice.rpc.call("getblockcount")).toBe(0);
     });`,
  );
  await expect(run("vitest", "run", "failing")).rejects.toThrow("expected 110 to be +0");
  const kept = path.join(project.path, "kept/failing.test.ts");
  expect(await readdir(kept)).toEqual(["finds-what-was-mined-and-fails"]);
  const files = path.join(kept, "finds-what-was-mined-and-fails");
  const state = JSON.parse(await readFile(path.join(files, "state.json"), "utf8")) as unknown;
  expect(state).toMatchObject({
    nodes: { alice: { chain: { blocks: 110 }, mempool: [] }, miner: { chain: { blocks: 110 } } },
  });
  await access(path.join(files, "alice.log"));
  expect(await readFile(path.join(files, "miner.log"), "utf8")).toContain("Done loading");
});

it(
  "resets one network for the tests of a file, of what vitest's configuration declares",
  { tags: ["long"] },
  async () => {
    await write(
      "declared.config.ts",
      `import type {} from "regtest-network/testing/vitest";
     import { defineConfig } from "vitest/config";
     export default defineConfig({
       test: {
         globalSetup: ["regtest-network/testing/vitest-setup"],
         provide: {
           regtestNetwork: { nodes: [{ name: "bob" }, { name: "miner", role: "miner" }], size: 1 },
         },
         include: ["declared.test.ts"],
         testTimeout: 60_000,
       },
     });`,
    );
    await write(
      "declared.test.ts",
      `import { writeFileSync } from "node:fs";
     import { test } from "regtest-network/testing/vitest";
     import { expect } from "vitest";
     const urls: string[] = [];
     for (const round of [1, 2]) {
       test("begins anew, round " + round, async ({ resetNetwork: network }) => {
         writeFileSync("snapshot", network.manifest.snapshot);
         urls.push(network.node("bob").url);
         expect(await network.node("bob").rpc.call("getblockcount")).toBe(107);
         await network.stop("bob");
         await network.mine(2);
       });
     }
     test("is the same network", () => expect(new Set(urls).size).toBe(1));
     test.concurrent("has one test at a time", async ({ resetNetwork }) => resetNetwork.mine(20));
     test.concurrent.fails("and says so to another", ({ resetNetwork }) => expect(resetNetwork).toBeDefined());`,
    );
    const printed = await run("vitest", "run", "--no-color", "--config", "declared.config.ts");
    made.push(await readFile(path.join(project.path, "snapshot"), "utf8"));
    expect(printed).toMatch(/Tests +4 passed \| 1 expected fail \(5\)/);
  },
);
