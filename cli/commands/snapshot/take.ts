import { withoutAutoMining } from "../../../bootstrap/services/without-auto-mining.ts";
import { mempoolsText } from "../../../bootstrap/chain/mempools.ts";
import { startServices } from "../../../bootstrap/services/start-stop.ts";
import { isoTime } from "../../../bootstrap/clock/mocktime.ts";
import { goesWithStack, keptReferences, listSnapshots } from "../../../bootstrap/snapshots/find.ts";
import { clearInterrupted } from "../../../bootstrap/snapshots/take/interrupted.ts";
import { checkSnapshotName, snapshotReference } from "../../../bootstrap/snapshots/names.ts";
import { commitNetwork, startVerified } from "../../../bootstrap/snapshots/take/commit.ts";
import { connectEngine } from "../../../engine/client.ts";
import { type CommandContext, withToolchain } from "../../shared/context.ts";
import { runningStack } from "../../../stack/running-stack.ts";
import { type Report, reporting } from "../../shared/reporting.ts";
import { refuseInUse } from "./remove.ts";

interface TakeOptions {
  readonly stack: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

/** Takes a snapshot of what the stack is now. It outlives the stack. */
export async function takeNamedSnapshot(name: string, options: TakeOptions): Promise<void> {
  await reporting(options.json === true, ({ steps, result }) =>
    withToolchain((context) => take(name, options, context, result), { progress: steps }),
  );
}

async function take(
  name: string,
  { stack, force = false }: TakeOptions,
  { environment, progress, signal, status }: CommandContext,
  result: Report["result"],
): Promise<void> {
  checkSnapshotName(name);
  status(`open stack ${stack}`);
  const { inputs: network, stackId, funded, addresses } = await runningStack(environment, stack);
  const docker = await connectEngine({ signal });
  for (const line of await clearInterrupted(docker)) progress.note(line);
  const same = (await listSnapshots(docker)).find((snapshot) => snapshot.name === name);
  if (same !== undefined && "kind" in same && goesWithStack(same)) {
    throw new Error(`"${name}" is stack ${same.stack}'s own snapshot; choose another name`);
  }
  if (same !== undefined && !force) {
    throw new Error(`there is a snapshot "${name}" already; --force overwrites it`);
  }
  const replaced = await keptReferences(docker, name);
  if (replaced.size > 0) await refuseInUse(docker, name, replaced.values());
  const references = Object.fromEntries(
    [...network.nodes, ...(network.services ?? [])].map((member) => [
      member.name,
      snapshotReference(name, member.name),
    ]),
  );
  const kind = "named-snapshot";
  const replaces = replaced.keys();
  const details = { name, stackId, stack, funded, references, replaces, kind } as const;
  const context = { signal, status };
  const { manifest } = await withoutAutoMining(docker, network.nodes, signal, async () => {
    const committed = await commitNetwork(docker, network, details, context);
    await startVerified(docker, network, committed.before, context, addresses);
    await startServices(docker, network, context);
    return committed;
  });
  const { facts, mempools = {}, clock } = manifest;
  const { height, tip } = facts;
  const unconfirmed = mempoolsText(mempools);
  result(
    [
      `Snapshot ${name} holds stack ${stack} at height ${height}, tip ${tip}`,
      unconfirmed === ""
        ? "It holds no unconfirmed transactions: the mempools are empty"
        : `It holds the unconfirmed transactions in the mempools: ${unconfirmed}`,
      ...(clock === undefined ? [] : [`Its clocks stand still at ${isoTime(clock)}`]),
      `Start from it: npm run up -- --stack NAME --from ${name}`,
      "",
    ].join("\n"),
    {
      ...{ command: "snapshot", snapshot: name, stack, height, tip },
      mempools: Object.fromEntries(
        Object.entries(mempools).map(([node, { count }]) => [node, count]),
      ),
      ...(clock !== undefined && { clock: isoTime(clock) }),
    },
  );
}
