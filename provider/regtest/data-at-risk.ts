/** What people did on top of the declared chain, and whether an update gives up the volumes that hold it. */
import type Docker from "dockerode";

import { isNotFound, unlessStatus } from "../../engine/engine-error.ts";
import { engineOfHost } from "../../engine/fleet.ts";
import { label, labelFilter } from "../../engine/labels.ts";
import { messageOf } from "../../base/message.ts";
import { pointing } from "../../base/troubleshooting.ts";
import { blocksText } from "../../bootstrap/chain/mining.ts";
import { isSetAside } from "../../bootstrap/nodes/half-made-wallet.ts";
import { type Credentials, openNode } from "../../bootstrap/nodes/node.ts";
import { freshBlocksAbove } from "../../bootstrap/verbs/fresh-block.ts";

/** An input of the resources that refuse to lose what people did. */
export interface MayDiscard {
  /** Whether this one run may give it up. Default: it may not. */
  readonly discardBlocks?: boolean | undefined;
}

/** An input of the resources that count what people did. */
export interface PutsFreshBlocks {
  /** Whether the stack itself puts blocks of the present on top of the declared chain. Left out: it puts none. */
  readonly freshBlock?: boolean | undefined;
}

/** What is compared and recorded of such inputs: what one run may do changes nothing, and is of no meaning to the next. */
export function withoutLeave<T extends MayDiscard>(inputs: T): T {
  return Object.fromEntries(Object.entries(inputs).filter(([key]) => key !== "discardBlocks")) as T;
}

/**
 * @param loss What would be lost, in words.
 * @param keep How it is kept, likewise.
 * @throws Error that says both, unless it may be lost
 */
export function refuseLoss(
  { discardBlocks = false }: MayDiscard,
  loss: string,
  keep: string,
): void {
  if (discardBlocks) return;
  throw new Error(
    pointing(
      `${loss}. To keep it, ${keep}. ` +
        "To discard it: npm run up -- --discard-blocks, or REGTEST_DISCARD_BLOCKS=1 for Pulumi itself",
      "blocks-at-risk",
    ),
  );
}

/** Where the data of a node is, and what of it is declared. */
export interface NodeData {
  /** Of the node. */
  readonly name: string;
  /** Name of the volume with its datadir. Left out by version 0.1, which kept it in the container. */
  readonly volume?: string | undefined;
  /** Name of the host that it is on. Left out: the only one. */
  readonly host?: string | undefined;
  /** Names of the wallets that are declared, its own included. */
  readonly wallets?: readonly string[] | undefined;
}

/** The nodes whose data nothing of the new declaration uses. */
export function nodesGivenUp(
  before: readonly NodeData[],
  after: readonly NodeData[],
): readonly NodeData[] {
  return before.filter(
    ({ volume }) => volume === undefined || !after.some((node) => node.volume === volume),
  );
}

/**
 * The services that lose what they keep while the chain stays, also by a move to another host. Where it does not stay,
 * they begin with it anew, and what is worth something to them stands in blocks that people have mined.
 * @param stays Whether all nodes keep their data. Where some do not, a volume that is made again has the same chain.
 */
export function servicesGivenUp<T extends KeptState>(
  before: readonly T[],
  after: readonly KeptState[],
  stays: boolean,
): readonly T[] {
  const kept = new Set(after.flatMap(({ volumes }) => volumes));
  return before.filter(({ name, volumes, host }) => {
    if (volumes.every((volume) => kept.has(volume))) return false;
    const next = after.find((service) => service.name === name);
    return stays || (next !== undefined && next.host !== host);
  });
}

interface KeptState {
  readonly name: string;
  readonly volumes: readonly string[];
  readonly host?: string | undefined;
}

export interface AtRiskOptions extends PutsFreshBlocks {
  readonly stackId: string;
  /** Names of the stack's containers: one that was made by hand of a commit has their labels. */
  readonly containers: ReadonlySet<string>;
  readonly credentials: Credentials;
  /** Height of the declared chain. Blocks above it are people's. */
  readonly height: number;
  /** The nodes whose data is given up. */
  readonly givenUp: readonly NodeData[];
  /** Whether a stopped node may be started to be asked. */
  readonly start: boolean;
  /** Seconds that a node may take to answer. */
  readonly timeout: number;
  readonly signal: AbortSignal;
}

interface AtRisk {
  /** Above the declared height, on no node that stays: the others get those from it. */
  readonly blocks: number;
  /** Those that nobody declared, as in "keep of alice". */
  readonly wallets: readonly string[];
}

/**
 * What goes with the data that is given up.
 * @throws Error when a node that goes cannot be asked
 */
export async function dataAtRisk(docker: Docker, options: AtRiskOptions): Promise<AtRisk> {
  const { stackId, height, givenUp } = options;
  const going = new Map(givenUp.map((node) => [node.name, node]));
  const filters = labelFilter({ [label.stackId]: stackId, [label.kind]: "node" });
  const listed = await docker.listContainers({ all: true, filters });
  const containers = listed.filter(({ Names }) =>
    Names.some((name) => options.containers.has(name.slice(1))),
  );
  const asked = new Set<string>();
  const wallets: string[] = [];
  let highest = height;
  let kept = height;
  for (const { Id, Labels } of containers) {
    const name = Labels[label.node] ?? "";
    const goes = going.get(name);
    const found = await lookAt(docker, name, Id, options).catch((error: unknown) => {
      // What a node that stays has need not be known to be kept.
      if (goes === undefined && !options.signal.aborted) return { height, wallets: [] };
      throw unasked(name, messageOf(error), error);
    });
    asked.add(name);
    highest = Math.max(highest, found.height);
    if (goes === undefined) {
      kept = Math.max(kept, found.height);
    } else {
      const undeclared = found.wallets.filter((wallet) => !goes.wallets?.includes(wallet));
      wallets.push(...undeclared.map((wallet) => `${wallet} of ${name}`));
    }
  }
  for (const { name, volume, host } of givenUp) {
    if (asked.has(name) || volume === undefined) continue;
    if (!(await isThere(engineOfHost(docker, host), volume))) continue;
    throw unasked(
      name,
      `its container is gone, but its volume ${volume} exists; ` +
        "undo the change and run npm run up, which recreates the container",
    );
  }
  return { blocks: highest - kept, wallets: wallets.toSorted() };
}

/** In words; undefined when nothing is at risk. */
export function atRiskText({ blocks, wallets }: AtRisk, height: number): string | undefined {
  const parts = [
    ...(blocks === 0
      ? []
      : [`${blocksText(blocks)} mined since the bootstrap at height ${height}`]),
    ...(wallets.length === 0 ? [] : [`undeclared wallets: ${wallets.join(", ")}`]),
  ];
  return parts.length === 0 ? undefined : parts.join(", and ");
}

function unasked(node: string, reason: string, cause?: unknown): Error {
  const told = `${node}: its data could not be inspected: ${reason}`;
  return new Error(pointing(told, "blocks-at-risk"), { cause });
}

async function isThere(docker: Docker, volume: string): Promise<boolean> {
  try {
    await docker.getVolume(volume).inspect();
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}

async function lookAt(
  docker: Docker,
  name: string,
  containerId: string,
  { start, credentials, height: declared, freshBlock, timeout, signal }: AtRiskOptions,
): Promise<{ height: number; wallets: string[] }> {
  if (start) {
    await docker
      .getContainer(containerId)
      .start({ abortSignal: signal })
      // 304: it runs.
      .catch(unlessStatus(304));
  }
  const options = { signal, timeoutMs: timeout * 1000 };
  const spec = { name, role: "peer", containerId } as const;
  const { rpc } = await openNode(docker, spec, credentials, options);
  try {
    const [height, { wallets }, fresh] = await Promise.all([
      rpc.call("getblockcount"),
      rpc.call("listwalletdir"),
      freshBlock === true ? freshBlocksAbove(rpc, declared) : [],
    ]);
    // A wallet that was set aside as half-made holds nothing, see half-made-wallet.ts.
    const names = wallets.map((wallet) => wallet.name).filter((wallet) => !isSetAside(wallet));
    return { height: height - fresh.length, wallets: names };
  } finally {
    await rpc.close();
  }
}
