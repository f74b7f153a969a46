/** The kit in test runners that are not the one it has fixtures for, and on the oldest Node.js that it asks for. */
import path from "node:path";

import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { leastNode } from "../../base/node-version.ts";
import { projectFolder } from "../../base/files/paths.ts";
import {
  type ForeignProject,
  foreignProject,
  packedPackage,
} from "../helpers/installed-package.ts";
import { type SharedKitSnapshot, sharedKitSnapshot, thingsOf } from "../helpers/kit-snapshot.ts";

/** Versions of Node, which npm has as packages. */
const nodes = { least: `${leastNode}.0.0`, tooOld: "20", almost: "22" };

type NodeName = keyof typeof nodes;

/** A project with Nodes under names of our own. */
async function nodeProject(...names: readonly NodeName[]): Promise<ForeignProject> {
  const nodePackage = `npm:node-linux-${process.arch}`;
  return await foreignProject(names.map((name) => `${name}@${nodePackage}@${nodes[name]}`));
}

let kit: SharedKitSnapshot;
/** The package, packed. */
let archive: string;
let project: ForeignProject;
/** Apart from the others, whose tools would run on what npm puts on their PATH as `node`. */
let nodeVersions: ForeignProject;
beforeAll(async () => {
  const makeProject = async (): Promise<ForeignProject> => {
    archive = await packedPackage();
    return await foreignProject([archive, "jest@30", "mocha@11", "vitest@5"]);
  };
  [kit, project, nodeVersions] = await Promise.all([
    sharedKitSnapshot(),
    makeProject(),
    nodeProject("least", "almost"),
  ]);
  await project.write(
    "jest.json",
    JSON.stringify({
      ...{ transform: {}, testMatch: ["**/*.jest.*js"] },
      // Otherwise it stays in /tmp.
      cacheDirectory: "<rootDir>/.jest",
    }),
  );
  for (const name of ["pays.jest.js", "pays.mocha.js", "pays.node.js", "pays.test.js"]) {
    await project.write(name, suite(name, imported));
  }
  for (const name of ["pays.jest.cjs", "pays.mocha.cjs", "pays.node.cjs"]) {
    await project.write(name, suite(name, required));
  }
});
afterAll(async () => {
  await Promise.all([project, nodeVersions].map((folder) => folder[Symbol.asyncDispose]()));
});

const imported = (names: string, from: string): string => `import { ${names} } from "${from}";`;
const required = (names: string, from: string): string =>
  `const { ${names} } = require("${from}");`;

/** Two tests in a row, since what Node's modules tell of a connection that is cut comes by chance. */
function suite(file: string, load: typeof imported): string {
  const runner = file === "pays.test.js" ? "vitest" : "node:test";
  return [
    load("cloneNetwork", "regtest-network/testing"),
    /node|test/.test(file) ? load("it", runner) : "",
    `for (const round of [1, 2]) {
       it("pays, and goes back, round " + round, async () => {
         const network = await cloneNetwork({ snapshot: process.env.SNAPSHOT });
         try {
           await network.fund(await network.alice.wallet.call("getnewaddress"), "0.5");
           await network.reset();
           const balance = await network.alice.rpc.call("getbalance");
           if (balance !== 30) throw new Error("alice has " + balance);
         } finally {
           await network.dispose();
         }
       }${file.includes("mocha") ? ").timeout(60_000)" : file.includes("node") ? ")" : ", 60_000)"};
     }`,
  ].join("\n");
}

describe("a suite", () => {
  interface Row {
    readonly as: string;
    readonly command: readonly [string, ...string[]];
    readonly env?: NodeJS.ProcessEnv;
  }
  const vmModules = { NODE_OPTIONS: "--experimental-vm-modules" };
  const jest = ["jest", "-c", "jest.json"] as const;

  const passes = async ({ command: [program, ...args], env }: Row): Promise<void> => {
    await project.run(program, args, { SNAPSHOT: kit.name, NO_COLOR: "1", ...env });
  };

  it.each<Row>([
    { as: "an ES module in Jest", command: [...jest, "pays.jest.js"], env: vmModules },
    { as: "an ES module in node:test", command: ["node", "--test", "pays.node.js"] },
  ])("passes, $as", passes);

  it.each<Row>([
    { as: "CommonJS in Jest", command: [...jest, "pays.jest.cjs"], env: vmModules },
    { as: "CommonJS in mocha", command: ["mocha", "pays.mocha.cjs"] },
    { as: "an ES module in mocha", command: ["mocha", "pays.mocha.js"] },
    { as: "CommonJS in node:test", command: ["node", "--test", "pays.node.cjs"] },
    { as: "in vitest's pool vmForks", command: ["vitest", "run", "--pool", "vmForks"] },
    { as: "in vitest's pool threads", command: ["vitest", "run", "--pool", "threads"] },
    { as: "in vitest's pool vmThreads", command: ["vitest", "run", "--pool", "vmThreads"] },
  ])("passes, $as", { tags: ["long"] }, passes);

  const passesByFixtures = async (version: string): Promise<void> => {
    // Ends with ERESOLVE where the package asks for another one beside it.
    await using older = await foreignProject([archive, `vitest@${version}`]);
    await older.write(
      "fixture.test.js",
      `import { networkTest } from "regtest-network/testing/vitest";
       import { expect } from "vitest";
       const test = networkTest({ snapshot: process.env.SNAPSHOT, size: 1 });
       test("has a network", async ({ network, sharedNetwork }) => {
         await network.mine();
         expect(await network.alice.rpc.call("getblockcount")).toBe(108);
         expect(await sharedNetwork.alice.rpc.call("getblockcount")).toBe(107);
       }, 60_000);`,
    );
    await older.run("vitest", ["run"], { SNAPSHOT: kit.name });
  };
  it("passes by the fixtures of the oldest vitest", { tags: ["long"] }, () =>
    passesByFixtures("3.2.0"),
  );
  it("passes by the fixtures of vitest 4", { tags: ["long"] }, () => passesByFixtures("4"));
});

describe.runIf(process.platform === "linux")("Node.js", () => {
  const nodeOf = ({ path: folder }: ForeignProject, name: NodeName): string =>
    path.join(folder, "node_modules", name, "bin/node");

  const getsASentence = async (node: string): Promise<void> => {
    const kit = "node_modules/regtest-network/dist/cli/package-main.js";
    const { exitCode, stderr } = await execa(node, [kit, "snapshot", "list"], {
      cwd: project.path,
      reject: false,
    });
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(
      /^error: regtest-network needs Node\.js 24 or later, and this is v2\d\S+: .*$/,
    );
    const library = ["--input-type=module", "-e", 'import "regtest-network/testing"'];
    await expect(project.run(node, library)).rejects.toThrow(
      "Error: regtest-network needs Node.js 24 or later",
    );
  };
  it("that is almost new enough gets a sentence", () =>
    getsASentence(nodeOf(nodeVersions, "almost")));
  it("that is much too old gets one too", { tags: ["long"] }, async () => {
    await using older = await nodeProject("tooOld");
    await getsASentence(nodeOf(older, "tooOld"));
  });

  it.each([
    [
      "the package",
      () => path.join(project.path, "node_modules/regtest-network/dist/cli/package-main.js"),
    ],
    ["this repository", () => path.join(projectFolder, "cli/main.ts")],
  ])("runs %s in the lowest version", async (_, program) => {
    const least = async (...args: string[]): Promise<string> =>
      (await execa(nodeOf(nodeVersions, "least"), [program(), ...args])).stdout;
    const { id } = JSON.parse(await least("clone", "--snapshot", kit.name, "--json")) as {
      id: string;
    };
    expect(await least("release", id)).toBe(`Released ${id}.`);
    expect(await thingsOf(kit.docker, id)).toBe(0);
  });
});
