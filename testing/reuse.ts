/** Networks that are used again: what one test gave back, reset in place for another, without anything of before. */
import { logLines } from "../engine/log.ts";
import { containersOf } from "../bootstrap/containers/stop-start.ts";
import { openServices } from "../bootstrap/services/network-service.ts";
import {
  removeServices,
  startWithServices,
  withServices,
} from "../bootstrap/services/temporary-services.ts";
import { allEnded } from "../base/all-ended.ts";
import { openNodes } from "../bootstrap/nodes/node.ts";
import { renewPassword } from "../bootstrap/nodes/renewed-password.ts";
import { offersOf, servicesOf } from "../bootstrap/snapshots/network-of-snapshot.ts";
import type { StoredSnapshot } from "../bootstrap/snapshots/find.ts";
import { type Baseline, baselineOf, changedMeanwhile, leftBehind } from "./left-behind.ts";
import { type Parts, resetParts, TestNetwork } from "./network.ts";

/** What entrypoint.sh writes into the log when it has replaced the datadir. */
const replacedLine = "regtest-network: the datadir was replaced";
/** Lines at the end of the log that are searched for it; a start writes about 150. */
const linesOfStart = 1_000;
/** The feature of entrypoint.sh without which whoever had a network could call it ever after. */
const credentials = "credentials";

/** Why a network is not used again. */
export class NotReusableError extends Error {
  override readonly name = "NotReusableError";
}

/**
 * Looks at a network that nobody has had yet.
 * @throws NotReusableError when it could not be made again what it is now
 */
export async function beforeUse(parts: Parts): Promise<Baseline> {
  const reason = await unfit(parts);
  if (reason !== undefined) throw new NotReusableError(reason);
  return await baselineOf(parts);
}

async function unfit({
  docker,
  snapshot,
  members,
  channels,
  signal,
}: Parts): Promise<string | undefined> {
  const reason = unfitSnapshot(snapshot);
  if (reason !== undefined) return reason;
  const patience = { timeout: members.timeout, signal };
  for (const node of containersOf(docker, members.nodes)) {
    const channel = await channels.of(node, patience);
    const features = (await channel?.features(patience)) ?? [];
    if (!features.includes(credentials)) return `${node.name} runs an image of an older version`;
  }
  return undefined;
}

/** What the snapshot says of that. */
function unfitSnapshot({ manifest: { nodes } }: StoredSnapshot): string | undefined {
  for (const node of nodes) {
    const { name, arguments: own } = node;
    // A peer of before would connect again, without a password. From ZMQ and REST one can only read.
    if (offersOf(node).ports.includes("p2p")) return `${name} publishes its P2P port`;
    if (own.some((argument) => /^--?rpc(?:auth|user|password)/.test(argument)))
      return `${name} has credentials among its arguments`;
  }
  return undefined;
}

/**
 * Removes its services first: each user gets new ones, and what these were connected to is not to be taken for
 * somebody else.
 * @throws NotReusableError with what its user left behind that a reset does not replace
 */
export async function refuseLeftBehind(
  parts: Parameters<typeof leftBehind>[0],
  baseline: Baseline,
): Promise<void> {
  await removeServices(parts.docker, parts.members.services);
  refuseLines(await leftBehind(parts, baseline));
}

function refuseLines(lines: readonly string[]): void {
  if (lines.length > 0) throw new NotReusableError(lines.join("; "));
}

/**
 * Resets a network in which nothing was left behind that a reset does not replace, gives its nodes another password,
 * and makes its services anew. Verifies all facts of the snapshot, and that nobody else did anything to it meanwhile.
 * @throws NotReusableError with what was left behind
 * @throws Error when the reset fails
 */
export async function usedAgain<Name extends string>(
  parts: Parts,
  baseline: Baseline,
): Promise<TestNetwork<Name>> {
  const renewed = await resetWithServices(await withOtherPassword(parts));
  const { docker, members, signal } = renewed;
  const user = { user: members.rpcUser, password: members.rpcPassword };
  const timeoutMs = members.timeout * 1_000;
  const opened = await openNodes(docker, members.nodes, user, { signal, timeoutMs });
  try {
    const nodes = await Promise.all(
      opened.nodes.map(async (node) => ({ ...node, logSince: await lastStart(node) })),
    );
    refuseLines(await changedMeanwhile(renewed, baseline));
    return new TestNetwork<Name>({ ...renewed, open: { ...opened, nodes } });
  } catch (error) {
    await opened[Symbol.asyncDispose]();
    throw error;
  }
}

/** The nodes take it when they are reset. */
async function withOtherPassword(parts: Parts): Promise<Parts> {
  const { docker, members, temporary, channels, signal } = parts;
  const patience = { timeout: members.timeout, signal };
  const { password: rpcPassword, auth } = await renewPassword(temporary.id, members.rpcUser);
  for (const node of containersOf(docker, members.nodes)) {
    const channel = await channels.of(node, patience);
    await channel?.setCredentials(auth, patience);
  }
  return {
    ...parts,
    members: { ...members, rpcPassword },
    temporary: { ...temporary, inputs: { ...temporary.inputs, rpcPassword } },
  };
}

/** Its nodes are reset, while services are made of nothing but the snapshot; those that it had are removed. */
async function resetWithServices(parts: Parts): Promise<Parts> {
  const { docker, snapshot, temporary, signal } = parts;
  const nodesOnly = { ...parts, members: { ...parts.members, services: undefined } };
  const wanted = servicesOf(snapshot);
  // Both to their end: what is made later would not be removed with the rest.
  const [made, fresh] = await allEnded([
    withServices(docker, temporary, wanted),
    resetParts(nodesOnly, { noOutsiders: true }),
  ]);
  const context = { signal, status: () => undefined };
  const { services } = await startWithServices(docker, temporary, wanted, made, context);
  return {
    ...parts,
    members: { ...parts.members, services },
    services: await openServices(docker, services),
    fresh,
  };
}

/** When the datadir was replaced last, in seconds since 1970, by the engine's clock. */
async function lastStart({ name, container }: Parts["open"]["nodes"][number]): Promise<string> {
  let found: string | undefined;
  for await (const { time, line } of logLines(container, { tail: linesOfStart })) {
    if (line === replacedLine) found = time;
  }
  const [, whole = "", fraction = "0"] = /^(.*?)(?:\.(\d+))?Z$/.exec(found ?? "") ?? [];
  if (found === undefined)
    throw new NotReusableError(`${name}: its log does not say when it was reset`);
  return `${Date.parse(`${whole}Z`) / 1_000}.${fraction.padEnd(9, "0")}`;
}
