/** A Docker engine beside the one that the tests use: as if on another machine. */
import { type ChildProcess, spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { mkdir, open, readFile, statfs } from "node:fs/promises";
import path from "node:path";

import type Docker from "dockerode";
import { execa } from "execa";

import { waitFor } from "../../base/wait.ts";
import { connectEngine } from "../../engine/client.ts";
import { findOnPath } from "../../base/files/files.ts";
import type { Certificates } from "./certificates.ts";
import { inSystem } from "./debian-system.ts";
import { tempFolder } from "./temp-folder.ts";
import { wayOut } from "./way-out.ts";

const [dockerd, unshare, nsenter] = ["dockerd", "unshare", "nsenter"].map((program) =>
  findOnPath(program, process.env["PATH"]),
);

/** Whether this machine and this user can have one. */
export const secondEnginePossible =
  process.getuid?.() === 0 && ![dockerd, unshare, nsenter].includes(undefined);

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
  const { within: network, pid } = await ownNetwork(undo);
  const within = system === undefined ? network : await wayOut(network, system, folder.path, undo);
  const address = cable && (await plugIn(pid, within, undo));

  const socket = `unix://${at("socket")}`;
  const host = address === undefined ? socket : `tcp://${address}:2376`;
  const options = {
    ...{ host: socket, "data-root": dataRoot, "exec-root": at("exec"), pidfile: at("pid") },
  };
  const flags = Object.entries(options).map(([name, value]) => `--${name}=${value}`);
  if (cable !== undefined && address !== undefined) {
    const { ca, cert, key } = await cable.certificates.ofServer(address);
    flags.push(`--host=${host}`, "--tlsverify", `--tlscacert=${ca}`);
    flags.push(`--tlscert=${cert}`, `--tlskey=${key}`);
  }
  const programs = system === undefined ? [] : inSystem(system);
  const command = [...within, ...programs, "dockerd", ...flags, ...more];
  const log = at("log");
  let engine = await launched(command, log);
  const end = async (signal: "SIGTERM" | "SIGKILL"): Promise<void> => {
    if (hasEnded(engine)) return;
    const containerd = await readFile(at("exec/containerd/containerd.pid"), "utf8").catch(() => "");
    engine.process.kill(signal);
    await engine.ended;
    // It goes with the engine, but not before it; the next engine would take it for one to use.
    await goneProcess(containerd);
  };
  undo.defer(() => end("SIGTERM"));
  const answers = (): Promise<Docker> =>
    waitFor(
      async (signal) => {
        if (hasEnded(engine)) throw new Error(`dockerd ended: ${await readFile(log, "utf8")}`);
        try {
          return await connectEngine({ host: socket, env: {}, signal });
        } catch (error) {
          return { pending: (error as Error).message };
        }
      },
      { what: "the second engine to answer", limitMs: 120_000 },
    );
  const docker = await answers();
  const owned = undo.move();
  return {
    docker,
    ...{ host, address, socket: at("socket") },
    within,
    fill: (full) => resize(dataRoot, full ? undefined : (capacity ?? 0)),
    end,
    async start() {
      engine = await launched(command, log);
      await answers();
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

interface OwnNetwork {
  /** How to run in it. */
  readonly within: readonly string[];
  readonly pid: string;
}

/** A network namespace that lasts as long as the process in it, whatever becomes of the engine. */
async function ownNetwork(undo: AsyncDisposableStack): Promise<OwnNetwork> {
  const script = "ip link set lo up && echo up && exec cat";
  const keeper = spawn("unshare", ["--net", "sh", "-c", script], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = once(keeper, "exit");
  undo.defer(async () => {
    keeper.stdin.end();
    await ended;
  });
  await Promise.race([once(keeper.stdout, "data"), ended]);
  const pid = String(keeper.pid);
  return { within: ["nsenter", `--net=/proc/${pid}/ns/net`, "--"], pid };
}

/**
 * Connects the network namespace with this machine's.
 * @returns its address on a network of two, from the block that is kept for measurements (RFC 2544)
 */
async function plugIn(
  pid: string,
  within: readonly string[],
  undo: AsyncDisposableStack,
): Promise<string> {
  const block = 4 * randomInt(2 ** 15);
  const [here, there] = [1, 2].map((host) => {
    const at = block + host;
    return `198.${18 + (at >> 16)}.${(at >> 8) & 255}.${at & 255}`;
  }) as [string, string];
  const plug = `regtest${pid}`.slice(0, 15);
  const ip = (...args: string[]) => execa("ip", args);
  const ipThere = (...args: string[]) =>
    execa(within[0] ?? "", [...within.slice(1), "ip", ...args]);
  await ip("link", "add", plug, "type", "veth", "peer", "name", "eth0", "netns", pid);
  undo.defer(() => ip("link", "del", plug).then(() => undefined));
  await ip("addr", "add", `${here}/30`, "dev", plug);
  await ip("link", "set", plug, "up");
  await ipThere("addr", "add", `${there}/30`, "dev", "eth0");
  await ipThere("link", "set", "eth0", "up");
  return there;
}

interface Launched {
  readonly process: ChildProcess;
  readonly ended: Promise<unknown>;
}

/** Starts the engine. Its output goes to a file: what it started itself may outlive it, and would keep a pipe open. */
async function launched(command: readonly string[], log: string): Promise<Launched> {
  await using file = await open(log, "a");
  const [program = "", ...args] = command;
  const child = spawn(program, args, { stdio: ["ignore", file.fd, file.fd] });
  return { process: child, ended: once(child, "exit") };
}

function hasEnded({ process: { exitCode, signalCode } }: Launched): boolean {
  return exitCode !== null || signalCode !== null;
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
