/** A fresh network for a test: a snapshot's nodes, started on their own network, connected and verified. */
import type Docker from "dockerode";

import { ResetChannels } from "../bootstrap/containers/reset-channel.ts";
import { openNodes } from "../bootstrap/nodes/node.ts";
import { findSnapshot, type StoredSnapshot } from "../bootstrap/snapshots/find.ts";
import { SnapshotMissingError } from "../bootstrap/snapshots/snapshot-errors.ts";
import { clearAway } from "../bootstrap/snapshots/take/interrupted.ts";
import { clocksStandStill, ensureFreshBlock } from "../bootstrap/verbs/fresh-block.ts";
import { verifyStarted } from "../bootstrap/snapshots/verify.ts";
import {
  openTemporaryNetwork,
  type TemporaryNetwork,
} from "../bootstrap/nodes/temporary-network.ts";
import { openServices } from "../bootstrap/services/network-service.ts";
import { startWithServices, withServices } from "../bootstrap/services/temporary-services.ts";
import { connectEngine } from "../engine/client.ts";
import { reapAtExit } from "../engine/clean-up/reaper.ts";
import { label } from "../engine/labels.ts";
import { allEnded } from "../base/all-ended.ts";
import { messageOf } from "../base/message.ts";
import {
  givenArguments,
  offersOf,
  servicesOf,
} from "../bootstrap/snapshots/network-of-snapshot.ts";
import {
  ensureSnapshot,
  type SnapshotChoice,
  type WantedSnapshot,
  wantedSnapshot,
} from "./wanted-snapshot.ts";
import { declaredIn } from "./declared-network.ts";
import { TestNetwork } from "./network.ts";

export interface CloneOptions<Name extends string = string> extends SnapshotChoice<Name> {
  /**
   * Whether to make the snapshot, of what is declared, when the engine does not have it. It takes seconds, or
   * minutes where the base image has to be made as well; who else asks meanwhile waits. Nothing is installed on
   * this machine for it. `false`: a missing snapshot is an error that says what to do.
   * Default: true, unless `snapshot` names one: what that holds nobody but its maker knows. With true and a
   * name, the default chain is made under that name.
   */
  readonly ensure?: boolean | undefined;
  /**
   * Whether to mine an empty block at the present time on top of the snapshot, at the start and after each reset,
   * for software that waits while the newest block is older than two hours, such as lnd. Default: no.
   */
  readonly freshBlock?: boolean | undefined;
  /** Milliseconds that one step may wait. Default: 60 000. */
  readonly timeoutMs?: number | undefined;
  /** Ends the start, and every later operation of the network. */
  readonly signal?: AbortSignal | undefined;
}

/** Options that say nothing of the snapshot's content; those of pools and fixtures too, so that one object serves all. */
const otherOptions = Object.keys({
  size: true,
  reuse: true,
  artifacts: true,
  ensure: true,
  freshBlock: true,
  timeoutMs: true,
  signal: true,
} satisfies Record<
  Exclude<keyof CloneOptions, keyof SnapshotChoice> | "size" | "reuse" | "artifacts",
  true
>);

/**
 * A network of its own: own Docker network, ports of the engine's host that the engine chose, random credentials,
 * the snapshot's chain and wallets. A declared network's snapshot is made at its first use. Every fact of the
 * snapshot was read again when it is returned. Disposing of it removes all of it,
 * `await using network = await cloneNetwork()`; so does the end of this process, whatever ends it.
 * @throws InvalidNetworkError that names every value of the declaration that is wrong
 * @throws SnapshotMissingError when the snapshot is missing, and not to be made
 * @throws StepError when a step of the start fails, with the reason as its cause
 */
export async function cloneNetwork<Name extends string = string>(
  options: CloneOptions<Name> = {},
): Promise<TestNetwork<Name>> {
  reapAtExit();
  return await startClone(options);
}

/**
 * Makes sure that the snapshot is there, made of what is declared if need be, and removes what killed processes
 * left. Returns its name. Takes the options of {@link cloneNetwork}, so that both can be given the same.
 */
export async function prepareSnapshot<Name extends string = string>(
  options: CloneOptions<Name> = {},
): Promise<string> {
  const { signal = new AbortController().signal } = options;
  const wanted = await wantedBy(options);
  const docker = await connectEngine({ signal });
  await sweepOnce(docker);
  return (await snapshotFor(docker, wanted, { ...options, ensure: true }, signal)).name;
}

/**
 * @param lasts Seconds that it lasts, also when this process has ended. Left out: it goes with this process.
 * @internal
 */
export async function startClone<Name extends string>(
  options: CloneOptions<Name>,
  lasts?: number,
): Promise<TestNetwork<Name>> {
  const { timeoutMs = 60_000, freshBlock = false } = options;
  const signal = options.signal ?? new AbortController().signal;
  const wanted = await wantedBy(options);
  const docker = await connectEngine({ signal });
  await sweepOnce(docker);
  const snapshot = await snapshotFor(docker, wanted, options, signal);
  let temporary: TemporaryNetwork | undefined;
  try {
    const { manifest } = snapshot;
    const { nodes, connect, clock } = manifest;
    if (freshBlock && clock !== undefined) throw new Error(clocksStandStill);
    const services = servicesOf(snapshot);
    const ofFresh = freshBlock ? { [label.freshBlock]: "true" } : {};
    temporary = await openTemporaryNetwork(docker, {
      guests: services.length,
      nodes: nodes.map((node) => ({
        name: node.name,
        role: node.role,
        image: snapshot.images[node.name]?.id ?? "",
        offers: offersOf(node),
        arguments: givenArguments(node),
      })),
      connect,
      labels: ofFresh,
      timeout: timeoutMs / 1_000,
      lasts,
      signal,
    });
    const { inputs } = temporary;
    // Both to their end: what is made later would not be removed with the rest.
    const [made, fresh] = await allEnded([
      withServices(docker, temporary, services),
      temporary.run(async (run) => {
        await verifyStarted(run, connect, manifest);
        return freshBlock ? await ensureFreshBlock(run, manifest.facts.height) : undefined;
      }),
    ]);
    const context = { signal, status: () => undefined };
    const members = await startWithServices(docker, temporary, services, made, context);
    const credentials = { user: inputs.rpcUser, password: inputs.rpcPassword };
    const open = await openNodes(docker, inputs.nodes, credentials, { signal, timeoutMs });
    const opened = await openServices(docker, members.services);
    const channels = new ResetChannels();
    return new TestNetwork({
      ...{ docker, snapshot, temporary, members, services: opened, open, fresh, channels, signal },
    });
  } catch (error) {
    await temporary?.[Symbol.asyncDispose]();
    throw error;
  }
}

/**
 * The snapshot that the options mean.
 * @throws as {@link wantedSnapshot}
 * @internal
 */
export async function wantedBy(options: CloneOptions): Promise<WantedSnapshot> {
  return await wantedSnapshot(options, otherOptions);
}

let swept: Promise<void> | undefined;

/** Leftovers of others are no reason to fail. */
async function sweepOnce(docker: Docker): Promise<void> {
  swept ??= clearAway(docker).then(
    () => undefined,
    (error: unknown) => {
      process.emitWarning(
        `leftovers of interrupted processes could not be removed: ${messageOf(error)}`,
      );
    },
  );
  await swept;
}

async function snapshotFor(
  docker: Docker,
  wanted: WantedSnapshot,
  options: CloneOptions,
  signal: AbortSignal,
): Promise<StoredSnapshot> {
  const { snapshot, ensure = snapshot === undefined } = options;
  try {
    return await findSnapshot(docker, wanted.name);
  } catch (error) {
    if (!(error instanceof SnapshotMissingError)) throw error;
    if (ensure) return await makeMissing(docker, wanted, signal);
    throw new SnapshotMissingError(`${error.message}. ${remedy(options)}`, { cause: error });
  }
}

/** What to do about a snapshot that is not there. */
function remedy({ snapshot, scenario, ...options }: CloneOptions): string {
  if (declaredIn(options) !== undefined)
    return "Create it with prepareSnapshot and the same options, or with ensure: true";
  const of = scenario === undefined ? snapshot : `--scenario ${scenario}`;
  const command = of === undefined ? "ensure" : `ensure ${of}`;
  return (
    `Create it from the default chain with "npx regtest-network ${command}" or the option ` +
    'ensure: true; or take it from a running stack with "npm run snapshot -- NAME" in regtest-network'
  );
}

async function makeMissing(
  docker: Docker,
  wanted: WantedSnapshot,
  signal: AbortSignal,
): Promise<StoredSnapshot> {
  const { streamProgress } = await import("../base/progress/stream.ts");
  return await ensureSnapshot(docker, wanted, { progress: streamProgress(process.stderr), signal });
}
