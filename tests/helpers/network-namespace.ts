/** Networks apart from this machine's, and cables between them. */
import { spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { once } from "node:events";

import { execa } from "execa";

import { findOnPath } from "../../base/files/files.ts";

/** Whether this machine and this user can have some. */
export const namespacesPossible =
  process.getuid?.() === 0 &&
  ["unshare", "nsenter", "ip"].every(
    (program) => findOnPath(program, process.env["PATH"]) !== undefined,
  );

/** Where `ip` runs: this machine's network is one too. */
export interface Network {
  /** Program and arguments that run a command in it; empty for this machine's. */
  readonly within: readonly string[];
  /** A process in it, as `ip` names a network. */
  readonly pid: string;
}

export const thisMachine: Network = { within: [], pid: String(process.pid) };

/** A network namespace that lasts as long as the process in it, whatever becomes of others in there. */
export async function networkNamespace(undo: AsyncDisposableStack): Promise<Network> {
  const script = "ip link set lo up && echo up && exec cat";
  const keeper = spawn("unshare", ["--net", "sh", "-c", script], {
    stdio: ["pipe", "pipe", "inherit"],
    // It ends with its input, and not by a terminal's Ctrl-C.
    detached: true,
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

/** Runs `ip` in a network. */
export async function ip({ within }: Network, ...args: string[]): Promise<void> {
  const [program, ...before] = [...within, "ip"];
  await execa(program, [...before, ...args]);
}

/** An end of a cable: in which network it is, its name there, and what it is told: to take an address, or a place in a bridge. */
export interface Plug {
  readonly network: Network;
  /** Up to 15 characters. */
  readonly name: string;
  /** `ADDRESS/PREFIX` */
  readonly address?: string;
  readonly bridge?: string;
}

/** Connects two networks. The cable goes with either of its ends. */
export async function layCable(one: Plug, other: Plug): Promise<void> {
  const peer = ["peer", "name", other.name, "netns", other.network.pid];
  await ip(one.network, "link", "add", one.name, "type", "veth", ...peer);
  for (const { network, name, address, bridge } of [one, other]) {
    if (address !== undefined) await ip(network, "addr", "add", address, "dev", name);
    if (bridge !== undefined) await ip(network, "link", "set", name, "master", bridge);
    await ip(network, "link", "set", name, "up");
  }
}

/** A name for this machine's end of a cable, by the process at its other end. */
export function plugName(pid: string): string {
  return `regtest${pid}`.slice(0, 15);
}

/**
 * Some of the addresses that are kept for measurements (RFC 2544), of the half that the project's networks are not in.
 * @param bits there are two to the power of it: the prefix is 32 less that
 * @returns an address by its number among them; 0 and the last are not for a machine
 */
export function randomAddresses(bits: number): (number: number) => string {
  const size = 2 ** bits;
  const block = size * randomInt(2 ** 16 / size);
  return (number) => {
    const at = block + number;
    return `198.18.${at >> 8}.${at & 255}`;
  };
}
