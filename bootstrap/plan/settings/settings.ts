/** Checks what was configured: pure, so that a test can quote every message. */
import {
  chainBegin,
  furthestAhead,
  genesisTime,
  isoTime,
  lastTime,
  parseTime,
} from "../../clock/mocktime.ts";
import type { Edge } from "../../nodes/peers.ts";
import { firstMatureHeight } from "../../payments/subsidy.ts";
import { readConnect } from "./connect.ts";
import { parseDuration, readSeconds, secondsAllowed } from "../../../base/duration.ts";
import { type FundSettings, readFund } from "./fund.ts";
import { neighbourTable, refuseCrowd } from "./neighbours.ts";
import { isReference } from "./image.ts";
import { type NodeSettings, readNodes } from "./nodes.ts";
import { Problems } from "./problems.ts";

/** The config keys as they are written, see Pulumi.yaml. */
export interface RawSettings {
  readonly rpcUser: string;
  readonly aliceRpcPort: number;
  readonly minerRpcPort: number;
  /** Lists and objects as they come: `nodes`, `connect` and `fund`. */
  readonly nodes: unknown;
  readonly connect: unknown;
  readonly fund: unknown;
  readonly start: string;
  readonly snapshot: string;
  readonly blocks: number;
  readonly amount: string;
  readonly confirmations: number;
  readonly scenario: string;
  readonly walletSeed: string;
  readonly reproducible: boolean;
  readonly mockTime: string;
  readonly blockSpacing: string;
  readonly autoMine: string;
  readonly prefix: string;
  readonly baseImage: string;
  readonly coreDownloadBase: string;
  readonly keepSnapshots: boolean;
  readonly timeout: number;
}

export interface Settings extends Omit<
  RawSettings,
  "amount" | "mockTime" | "blockSpacing" | "autoMine" | "nodes" | "connect" | "fund"
> {
  /** Seconds since 1970 at which the nodes' clocks stand still; undefined: they show the present. */
  readonly mockTime: number | undefined;
  /** Seconds between two blocks of the declared chain; undefined: as few as the rules allow. */
  readonly blockSpacing: number | undefined;
  /** Seconds between two blocks that are mined by themselves; undefined: nobody mines them. */
  readonly autoMine: number | undefined;
  readonly nodes: readonly NodeSettings[];
  /** Who is connected to whom; in each pair the one that is declared earlier comes first. */
  readonly connect: readonly Edge[];
  /** Who is paid, in this order. */
  readonly fund: readonly FundSettings[];
}

/** Enough for any test, and few enough that mining them takes seconds. */
const mostBlocks = 10_000;
/** Of a path, in characters: Linux' own limit. */
const longestPath = 4_096;
/** What servers take of a URL, with room for a release's path. */
const longestUrl = 2_000;
/** A node's name in bytes plus this stays far below the 63 of a host name (RFC 1123). */
const longestPrefix = 40;
/**
 * Docker's rule for a path component of an image reference, the strictest of those the prefix goes
 * into, with a separator allowed at its end.
 */
const prefixPattern = /^(?:[a-z0-9]+(?:\.|_{1,2}|-+))*[a-z0-9]*$/;

/** A colon would end it in the header that carries it with the password; libevent takes 8 KiB of headers. */
const userPattern = /^[\x21-\x39\x3b-\x7e]{1,64}$/;

/**
 * What looks the same must be the same: no characters with several encodings, none that cannot be
 * seen. Far longer than any seed needs to be.
 */
const seedPattern = /^[\x21-\x7e](?:[\x20-\x7e]{0,254}[\x21-\x7e])?$/;

/** A line when the password cannot be one; never with the password. */
export function passwordProblems(password: string): string[] {
  // In the header that carries it, each may become four bytes and a half; libevent takes 8 KiB.
  return /^\P{Cc}{1,256}$/u.test(password)
    ? []
    : [
        "rpcPassword: it is not allowed; give at most 256 characters, none of them a control character, such as a line end behind it",
      ];
}

/**
 * The checked settings, and a line for each key that is wrong; they are only good for use without one.
 * @param now Milliseconds since 1970.
 * @param neighbours Entries of the kernel's table of neighbours.
 */
export function readSettings(
  raw: RawSettings,
  now = Date.now(),
  neighbours = neighbourTable(),
): { settings: Settings; problems: string[] } {
  const problems = new Problems();
  const refuse = (key: keyof RawSettings, allowed: string): void => {
    problems.refuse(key, raw[key], allowed);
  };
  const requireInteger = (
    key: "blocks" | "confirmations" | "timeout",
    from: number,
    to: number,
  ): void => {
    if (!isIntegerIn(raw[key], from, to)) refuse(key, `give a whole number from ${from} to ${to}`);
  };

  if (!userPattern.test(raw.rpcUser)) {
    refuse("rpcUser", "give 1 to 64 printable ASCII characters, no space and no colon");
  }
  for (const key of ["aliceRpcPort", "minerRpcPort"] as const) {
    if (!isIntegerIn(raw[key], 1, 65535)) refuse(key, "give a port from 1 to 65535");
  }
  if (raw.start !== "genesis" && raw.start !== "snapshot") {
    refuse("start", "give genesis or snapshot");
  }
  if (raw.start === "snapshot" && raw.snapshot === "") {
    refuse("snapshot", "start is snapshot, so give the name of one");
  } else if (raw.start === "snapshot" && !isSnapshotName(raw.snapshot)) {
    refuse("snapshot", "give the name of a snapshot; npm run snapshot -- list shows the snapshots");
  }
  if (!isPath(raw.scenario)) {
    refuse(
      "scenario",
      `give a path of at most ${longestPath} characters, none of them a control character`,
    );
  }
  if (raw.start === "genesis" && raw.snapshot !== "") {
    refuse("snapshot", "start is genesis; leave it empty, or set start to snapshot");
  }
  if (raw.start === "snapshot" && raw.scenario !== "") {
    refuse("scenario", "start is snapshot, which has its history; leave it empty");
  }
  requireInteger("blocks", firstMatureHeight, mostBlocks);
  requireInteger("confirmations", 0, mostBlocks);
  requireInteger("timeout", 1, 3600);
  if (!seedPattern.test(raw.walletSeed)) {
    // Without the value: it may be a secret.
    problems.add(
      "walletSeed: it is not allowed; give 1 to 256 printable ASCII characters, no space at either end",
    );
  }
  if (raw.prefix.length > longestPrefix || !prefixPattern.test(raw.prefix)) {
    refuse(
      "prefix",
      `give at most ${longestPrefix} of a-z and 0-9, with single ".", "_" or "-" after them (Docker's rule for image names)`,
    );
  }
  const mockTime = readMockTime(raw, now, (allowed) => {
    refuse("mockTime", allowed);
  });
  const blockSpacing = readBlockSpacing(raw, mockTime, now, (allowed) => {
    refuse("blockSpacing", allowed);
  });
  const nodes = readNodes(
    raw.nodes,
    [
      { node: "alice", key: "aliceRpcPort", port: raw.aliceRpcPort },
      { node: "miner", key: "minerRpcPort", port: raw.minerRpcPort },
    ],
    problems,
  );
  if (raw.start === "snapshot") refuseImages(nodes, problems);
  if (!isHttpUrl(raw.coreDownloadBase)) {
    refuse("coreDownloadBase", `give an http or https URL of at most ${longestUrl} characters`);
  }
  if (raw.baseImage !== "" && !isReference(raw.baseImage)) {
    refuse("baseImage", "give the reference of an image, such as debian:forky-slim, or nothing");
  }
  const names = [...new Set(nodes.map(({ name }) => name))];
  const connect = readConnect(raw.connect, names, problems);
  refuseCrowd(names, connect, neighbours, problems);
  const blocks = isIntegerIn(raw.blocks, firstMatureHeight, mostBlocks) ? raw.blocks : undefined;
  const { fund: given, amount } = raw;
  const fund = readFund({ fund: given, amount, nodes, blocks }, problems);
  const autoMine = readAutoMine(raw, () => {
    refuse("autoMine", "give whole seconds, minutes or hours up to a day, such as 10s, 5m or 1h");
  });
  return {
    settings: { ...raw, mockTime, blockSpacing, autoMine, nodes, connect, fund },
    problems: problems.lines,
  };
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

function readBlockSpacing(
  { blockSpacing, blocks, confirmations, reproducible, start }: RawSettings,
  mockTime: number | undefined,
  now: number,
  refuse: (allowed: string) => void,
): number | undefined {
  if (blockSpacing === "") return undefined;
  const seconds = readSeconds(blockSpacing);
  if (seconds === undefined) {
    refuse(`give ${secondsAllowed}`);
  } else if (start === "snapshot") {
    refuse("start is snapshot, which has its history; leave it empty");
  } else if (!reproducible) {
    refuse("reproducible is false, so that blocks are of the present; leave it empty");
  } else {
    const span = (blocks + confirmations - 1) * seconds;
    const end = chainBegin + span;
    if (mockTime === undefined && end > now / 1_000 + furthestAhead) {
      refuse(
        `the chain, from ${isoTime(chainBegin)} on, would end ${Number.isFinite(end) && end < lastTime ? `at ${isoTime(end)}` : "too late"}, after the present; give less`,
      );
    }
    if (mockTime !== undefined && mockTime - span <= genesisTime) {
      refuse(
        `the chain, which ends at ${isoTime(mockTime)}, would begin before ${isoTime(genesisTime)}, the time of regtest's first block; give less`,
      );
    }
  }
  return seconds;
}

/** The nodes of a snapshot have the images that they were committed with. */
function refuseImages(nodes: readonly NodeSettings[], problems: Problems): void {
  nodes.forEach(({ image }, index) => {
    if (image.kind === "debian") return;
    const allowed = "start is snapshot, which has the nodes' images; leave it out";
    problems.refuse(`nodes[${index}].image`, image.kind, allowed);
  });
}

/** A stack's own snapshot is called like the stack, whose names Pulumi allows. */
function isSnapshotName(text: string): boolean {
  return /^[A-Za-z0-9._-]{1,140}$/.test(text);
}

function isPath(text: string): boolean {
  return text.length <= longestPath && !/\p{Cc}/u.test(text);
}

function isHttpUrl(text: string): boolean {
  // Spaces and line ends at either end the parser takes off, and control characters within.
  const plain = /^[\x21-\x7e]*$/.test(text) && text.length <= longestUrl;
  return plain && URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

function readAutoMine({ autoMine }: RawSettings, refuse: () => void): number | undefined {
  if (autoMine === "") return undefined;
  const seconds = parseDuration(autoMine);
  if (seconds === undefined || !isIntegerIn(seconds, 1, 86_400)) refuse();
  return seconds;
}

function isIntegerIn(value: number, from: number, to: number): boolean {
  return Number.isInteger(value) && value >= from && value <= to;
}
