import type { Command } from "commander";

import type { TestNetwork } from "../../testing/network.ts";

interface CloneCommandOptions {
  readonly snapshot?: string;
  readonly scenario?: string;
  readonly ensure?: boolean;
  readonly minutes: string;
  readonly json?: boolean;
}

/** A week. */
const longestMinutes = 7 * 24 * 60;

/** For tests in other languages: `clone` starts a network and ends, `release` gives it back. */
export function register(program: Command): void {
  program
    .command("clone")
    .description("start a separate network from a snapshot, and print its endpoints")
    .option("--snapshot <name>", "the snapshot (default: that of the default chain)")
    .option("--scenario <file>", "start from the default chain extended by this scenario")
    .option("--ensure", "create the snapshot if it is missing (default without --snapshot)")
    .option("--no-ensure", "fail if the snapshot is missing")
    .option("--minutes <number>", "lifetime, unless released earlier", "60")
    .option("--json", "print JSON")
    .action(async ({ minutes, json = false, ...options }: CloneCommandOptions) => {
      const { startClone } = await import("../../testing/clone.ts");
      const { interruptible } = await import("../../base/interruptible.ts");
      const seconds = readMinutes(minutes) * 60;
      const network = await interruptible((signal) => startClone({ ...options, signal }, seconds));
      await network.close();
      process.stdout.write(
        json ? `${JSON.stringify(described(network), null, 2)}\n` : told(network),
      );
    });
  program
    .command("release")
    .description("remove a network that clone started")
    .argument("<id>", "id that clone printed")
    .action(async (id: string) => {
      const { connectEngine } = await import("../../engine/client.ts");
      const { label, temporaryPrefix } = await import("../../engine/labels.ts");
      const { refuseAttached } = await import("../../engine/clean-up/network-users.ts");
      const { removeTemporary } = await import("../../engine/clean-up/sweep.ts");
      if (!id.startsWith(temporaryPrefix)) {
        throw new Error(
          `"${id}" is not the id of a clone; clone prints it, as ${temporaryPrefix}…`,
        );
      }
      const docker = await connectEngine();
      await refuseAttached(docker, id, (name) => name.startsWith(id));
      const removed = await removeTemporary(docker, { [label.stackId]: id });
      if (removed === 0)
        throw new Error(`there is no clone ${id}: it was released, or its time was over`);
      process.stdout.write(`Released ${id}.\n`);
    });
  program
    .command("ensure")
    .description(
      "create the snapshot of the default chain, or of a scenario, if it is missing, and print its name",
    )
    .argument("[snapshot]", "its name (default: one for this version)")
    .option("--scenario <file>", "a scenario that extends the default chain")
    .action(async (snapshot: string | undefined, { scenario }: { scenario?: string }) => {
      const { prepareSnapshot } = await import("../../testing/clone.ts");
      const { interruptible } = await import("../../base/interruptible.ts");
      const name = await interruptible((signal) => prepareSnapshot({ snapshot, scenario, signal }));
      process.stdout.write(`${name}\n`);
    });
}

function readMinutes(text: string): number {
  const minutes = Number(text);
  if (Number.isInteger(minutes) && minutes >= 1 && minutes <= longestMinutes) return minutes;
  throw new Error(
    `--minutes: "${text}" is not allowed; give a whole number from 1 to ${longestMinutes}`,
  );
}

/** All that a program in another language needs. */
function described({ id, manifest, nodes }: TestNetwork): unknown {
  const { height, tip } = manifest.facts;
  const rpc = nodes.map(({ name, url, user, password, ports, containerName }) => [
    name,
    { url, user, password, wallet: name, ports, container: containerName },
  ]);
  return {
    id,
    /** Of the containers that want to be on it. */
    network: id,
    snapshot: manifest.snapshot,
    height,
    tip,
    nodes: Object.fromEntries(rpc) as unknown,
  };
}

function told(network: TestNetwork): string {
  const { id, manifest, nodes } = network;
  const [first] = nodes;
  return [
    `Network ${id} is up, from snapshot ${manifest.snapshot} at height ${manifest.facts.height}`,
    "",
    ...nodes.map(({ name, url, ports }) =>
      ["", name.padEnd(10), url, ...Object.values(ports)].join("  "),
    ),
    "",
    `  RPC user ${first?.user ?? ""}, password ${first?.password ?? ""}`,
    "",
    `Give it back: ${releaseCommand()} ${id}`,
    "",
  ].join("\n");
}

/** As it is typed where the network was asked for: by the npm script of this repository, or from the package. */
function releaseCommand(): string {
  return process.env["npm_lifecycle_event"] === "clone"
    ? "npm run release --"
    : "npx regtest-network release";
}
