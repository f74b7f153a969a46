/** examples/lightning: two lnd whose channel was opened before the snapshot, and is open in every network that is made of it. */
import { randomBytes } from "node:crypto";
import { cp, readFile } from "node:fs/promises";
import path from "node:path";

import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";

import { projectFolder } from "../../base/files/paths.ts";
import { exportSnapshot } from "../../bootstrap/snapshots/share/export.ts";
import { importSnapshot } from "../../bootstrap/snapshots/share/import.ts";
import { connectEngine } from "../../engine/client.ts";
import { network as declared } from "../../examples/lightning/network.ts";
import { channelOf, lncli, pay, walletOf } from "../../examples/lightning/lncli.ts";
import {
  cloneNetwork,
  createPool,
  prepareSnapshot,
  type TestNetwork,
} from "../../testing/index.ts";
import { foreignProject, packedPackage } from "../helpers/installed-package.ts";
import { removeSnapshot, thingsOf } from "../helpers/kit-snapshot.ts";
import { lndImage, lndLimitMs } from "../helpers/lnd-image.ts";
import { secondEnginePossible, startSecondEngine } from "../helpers/second-engine.ts";
import { tempFolder } from "../helpers/temp-folder.ts";

const folder = path.join(projectFolder, "examples/lightning");

/** Building lnd takes minutes on a machine that cannot pull it: npm run test:all. */
const long = { tags: ["long"] };

let image: string;
let wanted: typeof declared & { readonly scenario: string };
let snapshot: string;
beforeAll(async () => {
  image = await lndImage();
  const services = declared.services.map((service) => ({ ...service, image }));
  wanted = { ...declared, services, scenario: path.join(folder, "channel.ts") };
  snapshot = await prepareSnapshot(wanted);
}, lndLimitMs);
afterAll(async () => {
  await removeSnapshot(await connectEngine(), snapshot);
});

async function expectOpen(network: TestNetwork): Promise<void> {
  for (const name of ["carol", "dave"])
    expect(await channelOf(network, name)).toMatchObject({ active: true });
}

it("is copied by a person, and its suite passes from the same snapshot", long, async () => {
  const { devDependencies } = JSON.parse(
    await readFile(path.join(projectFolder, "package.json"), "utf8"),
  ) as { devDependencies: Record<string, string> };
  await using project = await foreignProject([
    await packedPackage(),
    `vitest@${devDependencies["vitest"] ?? ""}`,
  ]);
  await cp(folder, project.path, { recursive: true });
  const printed = await project.run("npx", ["vitest", "run"], { LND_IMAGE: image, NO_COLOR: "1" });
  expect(printed).toMatch(/Tests +6 passed/);
  expect(printed).not.toContain("Making the snapshot");
});

it(
  "is open in two networks at once, and what becomes of it in one is nothing to the other",
  long,
  async () => {
    await using pool = await createPool({ ...wanted, freshBlock: true, size: 2 });
    const [one, other] = [await pool.take(), await pool.take()];
    await Promise.all([expectOpen(one), expectOpen(other)]);

    const { channel_point = "" } = (await channelOf(one, "carol")) ?? {};
    await lncli(one, "carol", "closechannel", `--chan_point=${channel_point}`);
    await one.mine();
    await vi.waitFor(async () => {
      expect(await walletOf(one, "dave")).toBe(1_000_000);
    }, 30_000);

    await pay(other, "carol", "dave", 1_000);
    await expectOpen(other);
    // Given back, they are the pool's.
    for (const network of [one, other]) await network.dispose();
    await pool.dispose();
    const docker = await connectEngine();
    for (const { id } of [one, other]) expect(await thingsOf(docker, id)).toBe(0);
  },
);

it("is back after a reset, as it was", long, async () => {
  await using network = await cloneNetwork({ ...wanted, freshBlock: true });
  const before = await channelOf(network, "dave");
  await pay(network, "carol", "dave", 70_000);
  await network.mine(2);
  await network.reset();
  expect(await channelOf(network, "dave")).toMatchObject({
    active: true,
    local_balance: before?.local_balance,
  });
  await pay(network, "dave", "carol", 1_000);
});

describe.runIf(secondEnginePossible)("on another engine", () => {
  it("is open in a stack that comes up from the file that was exported", long, async () => {
    await using temporary = await tempFolder();
    await using second = await startSecondEngine();
    const file = path.join(temporary.path, "channel.tar.gz");
    const transfer = {
      signal: AbortSignal.timeout(280_000),
      status: () => undefined,
      force: false,
    };
    await exportSnapshot(await connectEngine(), snapshot, file, transfer);
    await importSnapshot(second.docker, file, transfer);

    const stack = `test-${randomBytes(4).toString("hex")}`;
    const env = { DOCKER_HOST: second.host, REGTEST_BASE_IMAGE: "none is needed" };
    const run = async (...command: string[]): Promise<string> => {
      const [program = "", ...args] = [
        ...second.within,
        process.execPath,
        "cli/main.ts",
        ...command,
      ];
      return (await execa(program, args, { cwd: projectFolder, env })).stdout;
    };
    const ask = async (name: string, ...command: string[]): Promise<Record<string, unknown>> =>
      JSON.parse(await run("exec", "--stack", stack, name, "lncli", ...command)) as never;
    await run("pulumi", "stack", "init", "--no-select", stack);
    try {
      const { nodes, services } = wanted;
      const config = { nodes, services, reproducible: false, freshBlock: true };
      for (const [key, value] of Object.entries(config))
        await run("pulumi", "config", "set", key, JSON.stringify(value), "--stack", stack);
      await run("up", "--stack", stack, "--from", snapshot);
      expect(await ask("dave", "listchannels", "--active_only")).toMatchObject({
        channels: [{ local_balance: "1000000" }],
      });
      const { payment_request } = await ask("dave", "addinvoice", "1000");
      const payment = ["payinvoice", "--force", "--json", String(payment_request)];
      await run("exec", "--stack", stack, "carol", "lncli", ...payment);
    } finally {
      await run("down", "--stack", stack);
      await run("pulumi", "stack", "rm", "--yes", "--stack", stack);
    }
  });
});
