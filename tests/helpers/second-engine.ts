/** A Docker engine beside the one that the tests use: as if on another machine. */
import { mkdir, readFile, statfs } from "node:fs/promises";
import path from "node:path";

import type Docker from "dockerode";
import { execa } from "execa";

import { waitFor } from "../../base/wait.ts";
import { findOnPath } from "../../base/files/files.ts";
import { type Certificates, engineUrl } from "./certificates.ts";
import { inSystem } from "./debian-system.ts";
import { engineFlags, EngineProcess } from "./engine-process.ts";
import {
  ip,
  layCable,
  namespacesPossible,
  type Network,
  networkNamespace,
  plugName,
  randomAddresses,
  thisMachine,
} from "./network-namespace.ts";
import { tempFolder } from "./temp-folder.ts";
import { wayOut } from "./way-out.ts";

/** Whether this machine and this user can have one. */
export const secondEnginePossible =
  namespacesPossible && findOnPath("dockerd", process.env["PATH"]) !== undefined;

export interface SecondEngine extends AsyncDisposable {
  readonly docker: Docker;
  /** For DOCKER_HOST. */
  readonly host: string;
  /** Path of its socket. */
  readonly socket: string;
  /** Where this machine reaches its published ports; undefined: nowhere. */
  readonly address: string | undefined;
  /** Program and arguments that run a command where the engine's published ports are. */
  readonly within: readonly string[];
  /** Leaves no space on its file system, or as much as there was. It must have one of its own. */
  fill(full: boolean): Promise<void>;
  /** Ends it, in order or not, and returns when it has ended. */
  end(signal: "SIGTERM" | "SIGKILL"): Promise<void>;
  /** Starts it again on what it had. */
  start(): Promise<void>;
}

export interface SecondEngineOptions {
  /** Bytes of a file system of its own, in memory. Default: it shares the disk. */
  readonly capacity?: number;
  /** Root folder of the `debianSystem` that it is of: it has a way out of its network. Default: this machine's, without. */
  readonly system?: string;
  /** Arguments of dockerd on top. */
  readonly flags?: readonly string[];
  /**
   * Whether there is a cable from this machine to it, at whose end it listens, to those with a certificate of these.
   * Default: there is none, and it listens on a socket.
   */
  readonly cable?: { readonly certificates: Certificates };
}

/** Where an engine keeps its images. */
export type ImageStore = "overlay2" | "containerd";

/** Arguments of a dockerd that is new enough to have both. */
export function storeFlags(store: ImageStore): readonly string[] {
  const containerd = store === "containerd";
  return [
    `--feature=containerd-snapshotter=${containerd}`,
    `--storage-driver=${containerd ? "overlayfs" : "overlay2"}`,
  ];
}

/**
 * Nothing of it is shared, its network least of all: in a network namespace of its own it can neither
 * change the firewall of the other engine nor remove its bridge. What it has is gone in the end.
 */
export async function startSecondEngine({
  capacity,
  system,
  flags: more = [],
  cable,
}: SecondEngineOptions = {}): Promise<SecondEngine> {
  await using undo = new AsyncDisposableStack();
  const folder = undo.use(await tempFolder());
  const at = (name: string): string => path.join(folder.path, name);
  const dataRoot = at("data");
  if (capacity !== undefined) {
    await mkdir(dataRoot);
    const sized = ["-o", `size=${capacity}`];
    await execa("mount", ["-t", "tmpfs", ...sized, "regtest-network-test", dataRoot]);
    undo.defer(() => execa("umount", [dataRoot]).then(() => undefined));
  }
  const network = await networkNamespace(undo);
  const within =
    system === undefined ? network.within : await wayOut(network.within, system, folder.path, undo);
  const address = cable && (await plugIn(network, undo));

  const socket = `unix://${at("socket")}`;
  const flags = engineFlags({
    ...{ host: socket, "data-root": dataRoot, "exec-root": at("exec"), pidfile: at("pid") },
  });
  if (cable !== undefined && address !== undefined)
    flags.push(...(await cable.certificates.engineFlags(address)));
  const programs = system === undefined ? [] : inSystem(system);
  const engine = new EngineProcess({
    command: [...within, ...programs, "dockerd", ...flags, ...more],
    ...{ socket, log: at("log") },
  });
  const end = async (signal: "SIGTERM" | "SIGKILL"): Promise<void> => {
    if (!engine.isRunning) return;
    const containerd = await readFile(at("exec/containerd/containerd.pid"), "utf8").catch(() => "");
    await engine.end(signal);
    // It goes with the engine, but not before it; the next engine would take it for one to use.
    await goneProcess(containerd);
  };
  undo.defer(() => end("SIGTERM"));
  const docker = await engine.start();
  const owned = undo.move();
  return {
    docker,
    host: address === undefined ? socket : engineUrl(address),
    ...{ address, socket: at("socket") },
    within,
    fill: (full) => resize(dataRoot, full ? undefined : (capacity ?? 0)),
    end,
    start: () => engine.start().then(() => undefined),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/**
 * Connects a network with this machine's.
 * @returns its address on a network of two
 */
async function plugIn(network: Network, undo: AsyncDisposableStack): Promise<string> {
  const address = randomAddresses(2);
  const name = plugName(network.pid);
  await layCable(
    { network: thisMachine, name, address: `${address(1)}/30` },
    { network, name: "eth0", address: `${address(2)}/30` },
  );
  undo.defer(() => ip(thisMachine, "link", "del", name));
  return address(2);
}

/** Gives a file system in memory another size in bytes; left out: what is used of it. */
async function resize(folder: string, bytes?: number): Promise<void> {
  const probe = async (): Promise<true | { pending: string }> => {
    const { blocks, bfree, bsize } = await statfs(folder);
    const size = bytes ?? (blocks - bfree) * bsize;
    const mount = await execa("mount", ["-o", `remount,size=${size}`, folder], { reject: false });
    // More of it may be used by now.
    return mount.exitCode === 0 || { pending: mount.stderr };
  };
  await waitFor(probe, { what: `${folder} to take another size`, limitMs: 10_000, maxEveryMs: 20 });
}

/** Waits until there is no process of this id. */
async function goneProcess(pid: string): Promise<void> {
  const probe = async (): Promise<true | { pending: string }> => {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
    return stat === undefined || { pending: stat };
  };
  await waitFor(probe, { what: `process ${pid} to end`, limitMs: 30_000 });
}
