/** RegtestNetwork in a program of a user's own, from the packed package: an empty project, a CLI and a backend. */
import path from "node:path";

import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { connectEngine } from "../../engine/client.ts";
import { execIn } from "../../engine/exec.ts";
import { label, labelFilter } from "../../engine/labels.ts";
import { projectFolder } from "../../base/files/paths.ts";
import { readRecord } from "../../base/files/files.ts";
import {
  foreignProject,
  type ForeignProject,
  packedPackage,
} from "../helpers/installed-package.ts";
import { sharedNodeImage } from "../helpers/node-image.ts";
import { sweepStack } from "../helpers/stack.ts";

/** Of this file alone: labels have it. */
const stack = `test-${process.pid}-own`;
const shop = `${stack}-shop`;

/** The lines that the README gives. */
const pulumiYaml = `name: shop
runtime:
  name: nodejs
  options: { typescript: false }
`;
const plugins = `plugins:
  providers:
    - { name: regtest, path: node_modules/regtest-network/dist/provider/regtest }
`;

const program = `import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { RegtestNetwork } from "regtest-network/pulumi";

const btc = new RegtestNetwork("btc", {
  nodes: [{ name: "alice" }, { name: "bob", zmqPort: "free" }, { name: "miner", role: "miner" }],
  connect: "line",
});
const other = new RegtestNetwork("other", { nodes: [{ name: "miner", role: "miner" }], walletSeed: "other" });
const shop = new docker.Container("shop", {
  name: "${shop}",
  image: process.env.SHOP_IMAGE ?? "",
  entrypoints: ["/bin/sh", "-c", "while :; do sleep 1; done"],
  networksAdvanced: [{ name: btc.network.name }],
  envs: [pulumi.interpolate\`NODE=\${btc.nodes.alice.internalUrl}\`],
}, { dependsOn: btc });

export const endpoints = pulumi.all([btc.endpoints, other.endpoints]);
export const { rpcUser, rpcPassword, chain, ports } = btc;
export const otherTip = other.chain.tip;
export const shopId = shop.id;
`;

const docker = await connectEngine();
let project: ForeignProject;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  const { devDependencies } = (await readRecord(path.join(projectFolder, "package.json"))) as {
    devDependencies: Record<string, string>;
  };
  const sdks = ["@pulumi/pulumi", "@pulumi/docker", "typescript", "@types/node"];
  const wanted = sdks.map((name) => `${name}@${devDependencies[name] ?? ""}`);
  project = await foreignProject([await packedPackage(), ...wanted]);
  await project.write("Pulumi.yaml", pulumiYaml + plugins);
  await project.write("index.ts", program);
  env = {
    SHOP_IMAGE: await sharedNodeImage(),
    PULUMI_BACKEND_URL: `file://${project.path}?metadata=skip`,
    PULUMI_CONFIG_PASSPHRASE: "of this test",
  };
  await pulumi("stack", "init");
});
afterAll(async () => {
  await docker
    .getContainer(shop)
    .remove({ force: true })
    .catch(() => undefined);
  await sweepStack(docker, stack);
  await project[Symbol.asyncDispose]();
});

async function pulumi(...args: string[]): Promise<string> {
  return await project.run("pulumi", [...args, "--stack", stack, "--non-interactive"], env);
}

/** What an update did → with how many resources. */
async function up(...options: string[]): Promise<Record<string, number>> {
  const printed = await pulumi("up", "--yes", "--skip-preview", "--json", ...options);
  const events = printed.split("\n").flatMap((line) => {
    try {
      return [JSON.parse(line) as { summaryEvent?: { resourceChanges: Record<string, number> } }];
    } catch {
      return [];
    }
  });
  return events.find(({ summaryEvent }) => summaryEvent)?.summaryEvent?.resourceChanges ?? {};
}

describe("a program of a user's own", () => {
  it("is told which lines Pulumi.yaml lacks", async () => {
    await project.write("Pulumi.yaml", pulumiYaml);
    const bins = path.join(project.path, "node_modules/.bin");
    const failed = await execa("pulumi", ["preview", "--stack", stack], {
      cwd: project.path,
      env,
      reject: false,
    });
    expect(failed.exitCode, bins).not.toBe(0);
    expect(failed.stdout).toContain(
      "- { name: regtest, path: node_modules/regtest-network/dist/provider/regtest }",
    );
    await project.write("Pulumi.yaml", pulumiYaml + plugins);
  });

  it("has types that a strict project compiles", async () => {
    await project.run("tsc", [
      ...["--noEmit", "--strict", "--module", "nodenext", "--target", "es2024"],
      ...["--types", "node", "--skipLibCheck", "index.ts"],
    ]);
  });

  it("makes two networks, and a container beside them that reaches a node by its name", async () => {
    const changes = await up();
    expect(Object.keys(changes)).toEqual(["create"]);
    const outputs = JSON.parse(await pulumi("stack", "output", "--json", "--show-secrets")) as {
      chain: { height: number; tip: string };
      endpoints: [Record<string, string>, Record<string, string>];
      ports: Record<string, Record<string, string>>;
      rpcUser: string;
      rpcPassword: string;
      otherTip: string;
    };
    const { chain, endpoints, ports, rpcUser, rpcPassword, otherTip } = outputs;
    expect(chain.height).toBe(107);
    expect(otherTip).not.toBe(chain.tip);
    expect(Object.keys(endpoints[0])).toEqual(["alice", "bob", "miner"]);
    expect(Object.keys(endpoints[1])).toEqual(["miner"]);
    expect(ports["bob"]?.["zmq"]).toMatch(/^tcp:\/\/127\.0\.0\.1:\d+$/);

    const credentials = [`-rpcuser=${rpcUser}`, `-rpcpassword=${rpcPassword}`];
    const { output } = await execIn(docker.getContainer(shop), [
      ...["/bin/sh", "-c", 'echo "$NODE"; exec bitcoin-cli "$@"', "sh"],
      ...["-rpcconnect=alice", "-rpcport=18332", ...credentials, "getbestblockhash"],
    ]);
    expect(output.split("\n")).toEqual(["http://alice:18332", chain.tip]);
  });

  it("changes nothing the second time, with a preview before it", async () => {
    const preview = await pulumi("preview", "--expect-no-changes");
    expect(preview).toContain("unchanged");
    expect(Object.keys(await up("--refresh"))).toEqual(["same"]);
  });

  it("leaves nothing when it is destroyed", async () => {
    await pulumi("destroy", "--yes", "--skip-preview");
    const filters = labelFilter({ [label.stack]: stack });
    expect(await docker.listContainers({ all: true, filters })).toEqual([]);
    expect(await docker.listNetworks({ filters })).toEqual([]);
    expect(await docker.listImages({ filters })).toEqual([]);
    const { Volumes: volumes } = await docker.listVolumes({ filters });
    expect((volumes as typeof volumes | null) ?? []).toEqual([]);
  });
});
