/** Checks what was configured: pure, so that a test can quote every message. */
import { formatBtc, parseBtc, type Sat } from "../bootstrap/amount.ts";
import { mostPayable } from "../bootstrap/funding-fee.ts";
import { furthestAhead, genesisTime, isoTime, parseTime } from "../bootstrap/mocktime.ts";
import type { Role } from "../bootstrap/node.ts";
import { firstMatureHeight, matureAt } from "../bootstrap/subsidy.ts";

/** The config keys as they are written, see Pulumi.yaml. */
export interface RawSettings {
  readonly rpcUser: string;
  readonly aliceRpcPort: number;
  readonly minerRpcPort: number;
  readonly start: string;
  readonly snapshot: string;
  readonly blocks: number;
  readonly amount: string;
  readonly confirmations: number;
  readonly walletSeed: string;
  readonly reproducible: boolean;
  readonly mockTime: string;
  readonly prefix: string;
  readonly baseImage: string;
  readonly keepSnapshots: boolean;
  readonly timeout: number;
}

/** A node as it is declared. */
export interface NodeSettings {
  readonly name: string;
  readonly role: Role;
  /** Host port on 127.0.0.1. */
  readonly rpcPort: number;
  /** The config key of the port, for messages. */
  readonly portKey: string;
}

export interface Settings extends Omit<RawSettings, "amount" | "mockTime"> {
  readonly amount: Sat;
  /** Seconds since 1970 at which the nodes' clocks stand still; undefined: they show the present. */
  readonly mockTime: number | undefined;
  readonly nodes: readonly NodeSettings[];
}

/** Enough for any test, and few enough that mining them takes seconds. */
const mostBlocks = 10_000;
/** A node's name in bytes plus this stays far below the 63 of a host name (RFC 1123). */
const longestPrefix = 40;
/**
 * Docker's rule for a path component of an image reference, the strictest of those the prefix goes
 * into, with a separator allowed at its end.
 */
const prefixPattern = /^(?:[a-z0-9]+(?:\.|_{1,2}|-+))*[a-z0-9]*$/;

/**
 * What looks the same must be the same: no characters with several encodings, none that cannot be
 * seen. Far longer than any seed needs to be.
 */
const seedPattern = /^[\x21-\x7e](?:[\x20-\x7e]{0,254}[\x21-\x7e])?$/;

/**
 * The checked settings, and a line for each key that is wrong; they are only good for use without one.
 * @param now Milliseconds since 1970.
 */
export function readSettings(
  raw: RawSettings,
  now = Date.now(),
): { settings: Settings; problems: string[] } {
  const problems: string[] = [];
  const refuse = (key: keyof RawSettings, allowed: string): void => {
    problems.push(`${key}: ${JSON.stringify(raw[key])} is not allowed; ${allowed}`);
  };
  const requireInteger = (
    key: "blocks" | "confirmations" | "timeout",
    from: number,
    to: number,
  ): void => {
    if (!isIntegerIn(raw[key], from, to)) refuse(key, `give a whole number from ${from} to ${to}`);
  };

  if (!/^[\x21-\x7e]+$/.test(raw.rpcUser) || raw.rpcUser.includes(":")) {
    refuse("rpcUser", "give at least one printable ASCII character, no space and no colon");
  }
  for (const key of ["aliceRpcPort", "minerRpcPort"] as const) {
    if (!isIntegerIn(raw[key], 1, 65535)) refuse(key, "give a port from 1 to 65535");
  }
  if (raw.aliceRpcPort === raw.minerRpcPort) {
    refuse("minerRpcPort", "aliceRpcPort is the same; give each node a port of its own");
  }
  if (raw.start !== "genesis" && raw.start !== "snapshot") {
    refuse("start", "give genesis or snapshot");
  }
  if (raw.start === "snapshot" && raw.snapshot === "") {
    refuse("snapshot", "start is snapshot, so give the name of one");
  }
  if (raw.start === "genesis" && raw.snapshot !== "") {
    refuse("snapshot", "start is genesis; leave it empty, or set start to snapshot");
  }
  requireInteger("blocks", firstMatureHeight, mostBlocks);
  requireInteger("confirmations", 0, mostBlocks);
  requireInteger("timeout", 1, 3600);
  if (!seedPattern.test(raw.walletSeed)) {
    // Without the value: it may be a secret.
    problems.push(
      "walletSeed: it is not allowed; give 1 to 256 printable ASCII characters, no space at either end",
    );
  }
  if (raw.prefix.length > longestPrefix || !prefixPattern.test(raw.prefix)) {
    refuse(
      "prefix",
      `give at most ${longestPrefix} of a-z and 0-9, with single ".", "_" or "-" after them (Docker's rule for image names)`,
    );
  }
  const amount = readAmount(raw, (allowed) => {
    refuse("amount", allowed);
  });
  const mockTime = readMockTime(raw, now, (allowed) => {
    refuse("mockTime", allowed);
  });
  const nodes: NodeSettings[] = [
    { name: "alice", role: "peer", rpcPort: raw.aliceRpcPort, portKey: "aliceRpcPort" },
    { name: "miner", role: "miner", rpcPort: raw.minerRpcPort, portKey: "minerRpcPort" },
  ];
  return { settings: { ...raw, amount, mockTime, nodes }, problems };
}

function readAmount({ amount, blocks }: RawSettings, refuse: (allowed: string) => void): Sat {
  let sat: Sat;
  try {
    sat = parseBtc(amount);
  } catch {
    refuse("give an amount in BTC with at most 8 places");
    return 0n;
  }
  if (sat <= 0n) refuse("give an amount above 0");
  if (isIntegerIn(blocks, firstMatureHeight, mostBlocks)) {
    const most = mostPayable(matureAt(blocks));
    if (sat > most) {
      refuse(
        `after ${blocks} blocks at most ${formatBtc(most)} BTC can be spent, the fee taken off; raise blocks`,
      );
    }
  }
  return sat;
}

function readMockTime(
  { mockTime }: RawSettings,
  now: number,
  refuse: (allowed: string) => void,
): number | undefined {
  if (mockTime === "") return undefined;
  const seconds = parseTime(mockTime);
  if (seconds === undefined) {
    refuse("give seconds since 1970, a date such as 2025-01-01, or 2025-01-01T12:00:00Z");
    return undefined;
  }
  if (seconds < genesisTime) {
    refuse(`give a time from ${isoTime(genesisTime)} on, that of regtest's first block`);
  }
  if (seconds > now / 1_000 + furthestAhead) {
    refuse(
      "give a time at most an hour after the present; nodes at present time refuse later blocks",
    );
  }
  return seconds;
}

function isIntegerIn(value: number, from: number, to: number): boolean {
  return Number.isInteger(value) && value >= from && value <= to;
}
