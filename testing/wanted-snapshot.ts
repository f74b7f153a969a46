/** Snapshots that the kit creates on first use: of the default network, of a declared one, and with a scenario. */
import path from "node:path";

import type Docker from "dockerode";

import { type ChainPlan, planToJson } from "../bootstrap/plan/chain-plan.ts";
import { planOf } from "../bootstrap/plan/plan.ts";
import { serviceBuild } from "../bootstrap/plan/service-build.ts";
import type { NetworkPlan } from "../bootstrap/plan/settings/network-plan.ts";
import type { ServicePlan } from "../bootstrap/plan/settings/service-plan.ts";
import { type ScenarioFile, scenarioFile } from "../bootstrap/scenario/scenario-file.ts";
import { findSnapshot, type StoredSnapshot } from "../bootstrap/snapshots/find.ts";
import { SnapshotMissingError } from "../bootstrap/snapshots/snapshot-errors.ts";
import { checkSnapshotName } from "../bootstrap/snapshots/names.ts";
import { isError } from "../base/is-error.ts";
import { messageOf } from "../base/message.ts";
import { contextHash } from "../base/files/context-hash.ts";
import { temporaryLock, withLock } from "../base/files/lock.ts";
import { packageFolder } from "../base/files/paths.ts";
import {
  declaredIn,
  type DeclaredNetwork,
  InvalidNetworkError,
  readDeclared,
  unknownOptions,
} from "./declared-network.ts";
import type { MakeOptions } from "./make-snapshot.ts";

/**
 * A network to make a snapshot of, and its chain.
 * @internal
 */
export interface KitPlan {
  readonly network: Pick<NetworkPlan, "nodes" | "services" | "connect" | "coreDownloadBase">;
  readonly chain: ChainPlan;
}

/**
 * A snapshot by its name, and what to make it of when it is missing.
 * @internal
 */
export interface WantedSnapshot extends KitPlan {
  readonly name: string;
}

/** Which snapshot is meant: one that has a name, or one that is made of what is declared. */
export interface SnapshotChoice<Name extends string = string> extends DeclaredNetwork<Name> {
  /** Its name, as `regtest-network snapshot list` shows it. Default: that of what is declared. */
  readonly snapshot?: string | undefined;
  /**
   * Path of a file whose default export extends the declared chain: docs/scenarios.md. The snapshot's
   * name changes with what is in the file and in those that it imports. Default: none.
   */
  readonly scenario?: string | undefined;
}

/**
 * @param choice all that somebody gave
 * @param others options that are allowed beside those of the choice
 * @throws InvalidNetworkError that names every value that is wrong
 * @throws Error when a snapshot is named and another declared
 * @internal
 */
export async function wantedSnapshot(
  choice: SnapshotChoice,
  others: readonly string[] = [],
): Promise<WantedSnapshot> {
  const { snapshot, scenario } = choice;
  const declared = declaredIn(choice);
  const beside = [...Object.keys(declared ?? {}), ...(scenario === undefined ? [] : ["scenario"])];
  if (snapshot !== undefined && beside.length > 0) {
    throw new Error(
      `snapshot "${snapshot}" and ${beside.join(", ")}: give either; a snapshot that the kit makes of a declaration has its own name`,
    );
  }
  const { plan: network, problems } = readDeclared(declared);
  const file = scenario === undefined ? undefined : await scenarioAt(scenario);
  const all = [
    ...unknownOptions(choice, ["snapshot", "scenario", ...others]),
    ...problems,
    ...(isError(file) ? [file.message] : []),
  ];
  if (network === undefined || isError(file) || all.length > 0) throw new InvalidNetworkError(all);
  const plan = { network, chain: planOf(network, file) };
  const kind = declared === undefined ? (file === undefined ? "default" : "scenario") : "kit";
  return { name: snapshot ?? nameFor(kind, plan), ...plan };
}

/** @returns an Error when the file cannot be read: it is told with the other problems */
async function scenarioAt(file: string): Promise<ScenarioFile | Error> {
  try {
    return await scenarioFile(path.resolve(file), process.cwd());
  } catch (error) {
    return new Error(`scenario: ${JSON.stringify(file)} is not usable; ${messageOf(error)}`);
  }
}

/** Changes with the images and with the network, so that another version of the kit never finds an old one. */
function nameFor(
  kind: string,
  { network: { nodes, services, connect, coreDownloadBase }, chain }: KitPlan,
): string {
  const content = {
    ...planToJson(chain),
    // Where a scenario's file lies makes no difference.
    scenario: chain.scenario?.digest,
    connect,
    nodes: nodes.map(({ name, role, image, rest, wallets, arguments: own, ports }) => ({
      ...{ name, role, image, rest, wallets, own },
      ports: ports.map(({ name }) => name),
    })),
    ...(services.length > 0 && {
      services: services.map(({ image, ...service }) => ({
        ...service,
        image: typeof image === "string" ? image : builtFrom(image),
      })),
    }),
  };
  const others = nodes.some(({ image }) => image !== "debian")
    ? [contextHash(fromPackage("images/other")), coreDownloadBase]
    : [];
  return `${kind}-${contextHash(fromPackage("images/bitcoind"), JSON.stringify(content), ...others)}`;
}

function builtFrom(image: Exclude<ServicePlan["image"], string>): unknown {
  // Whatever base image the nodes are built on, the kit's snapshots are the same.
  const { folder, buildArgs } = serviceBuild(image, "");
  return [contextHash(path.resolve(folder)), buildArgs];
}

function fromPackage(folder: string): string {
  return path.join(packageFolder, folder);
}

/**
 * Finds the snapshot, or makes it: once, however many processes ask.
 * @internal
 */
export async function ensureSnapshot(
  docker: Docker,
  wanted: WantedSnapshot,
  options: MakeOptions,
): Promise<StoredSnapshot> {
  const { name } = wanted;
  checkSnapshotName(name);
  const found = await findIfThere(docker, name);
  if (found !== undefined) return found;
  const what = `making the snapshot ${name}`;
  return await withLock(temporaryLock(name), { what, ...options }, async () => {
    const made = await findIfThere(docker, name);
    if (made !== undefined) return made;
    const { makeSnapshot } = await import("./make-snapshot.ts");
    await options.progress.step(`Making the snapshot ${name}`, () =>
      makeSnapshot(docker, wanted, options),
    );
    return await findSnapshot(docker, name);
  });
}

async function findIfThere(docker: Docker, name: string): Promise<StoredSnapshot | undefined> {
  try {
    return await findSnapshot(docker, name);
  } catch (error) {
    if (error instanceof SnapshotMissingError) return undefined;
    throw error;
  }
}
