/** Moving the time of a network: all its clocks, which stand still where they are set to. */
import { readSeconds, secondsAllowed } from "../../base/duration.ts";
import { pointing } from "../../base/troubleshooting.ts";
import { mineAt, syncToHighest } from "../chain/mining.ts";
import { lookAtContainers } from "../containers/stop-start.ts";
import { allNodes, minerOf, type Run } from "../nodes/run.ts";
import {
  declaredTime,
  keepTimeOnAll,
  presentTime,
  refuseWithoutClock,
  setKeptTime,
  stillTime,
  tipTime,
} from "../clock/kept-time.ts";
import {
  blocksAhead,
  genesisTime,
  isoTime,
  lastTime,
  parseTime,
  setClocks,
  shownTime,
} from "../clock/mocktime.ts";

/** A moment: a Date, seconds since 1970, or an ISO 8601 date, with a time of day if it names its offset. */
export type Moment = Date | number | string;

/** A span of time, a duration such as `90s`, `10m`, `2h` or `3d`. A number would not say its unit. */
export type Span = string;

/** The verbs that move the time of a network. All times are in seconds since 1970, as in a block. */
export class NetworkTime {
  readonly #step: <T>(name: string, work: (run: Run) => Promise<T>) => Promise<T>;

  constructor(step: <T>(name: string, work: (run: Run) => Promise<T>) => Promise<T>) {
    this.#step = step;
  }

  /** What the miner's clock shows; never less than the least time that the next block can have. */
  async now(): Promise<number> {
    return await this.#step("read the clock", (run) => shownTime(minerOf(run)));
  }

  /**
   * Sets all clocks to a moment, at which they stand still, also after a restart, in a snapshot and in
   * what is started from it. From regtest's first block to the year 2106; at most two hours before the
   * newest block, for nodes would refuse to start with it. Returns the time.
   */
  async set(moment: Moment): Promise<number> {
    const seconds = readMoment(moment);
    return await this.#step(`set the clocks to ${isoTime(seconds)}`, (run) =>
      setTime(run, seconds),
    );
  }

  /** Moves all clocks on by a span, from {@link now}, as {@link set} does. Returns the time. */
  async advance(span: Span): Promise<number> {
    const seconds = requireSeconds(span);
    return await this.#step(`move the clocks on by ${seconds} s`, (run) =>
      advanceTime(run, seconds),
    );
  }

  /**
   * Lets all clocks show the present again, or config `mockTime` where there is one. Not while the newest
   * block is more than two hours ahead of it.
   */
  async present(): Promise<void> {
    await this.#step("put the clocks back", backToPresent);
  }
}

/** @throws RangeError that says what is allowed */
export function readMoment(moment: Moment): number {
  const seconds =
    typeof moment === "string"
      ? parseTime(moment)
      : typeof moment === "number"
        ? moment
        : Math.floor(moment.getTime() / 1_000);
  if (seconds !== undefined && Number.isInteger(seconds)) return seconds;
  throw new RangeError(
    `"${String(moment)}" is no moment; give seconds since 1970, a date such as 2027-01-01, or 2027-01-01T12:00:00Z`,
  );
}

/** @throws RangeError that says what is allowed */
export function requireSeconds(span: Span): number {
  // From JavaScript, which has no types.
  if (typeof span !== "string")
    throw new RangeError(`${String(span)} is no span of time; give one with its unit, such as 10m`);
  const seconds = readSeconds(span);
  if (seconds !== undefined) return seconds;
  throw new RangeError(`"${span}" is no span of time; give ${secondsAllowed}`);
}

/** What the clocks of a network show, in seconds since 1970. */
export interface Clocks {
  /** Where they stand still; undefined: they show the present. */
  readonly still: number | undefined;
  /** Of the newest block. */
  readonly newestBlock: number;
  /** That the next block would have. */
  readonly nextBlock: number;
}

export async function readClocks(run: Run): Promise<Clocks> {
  return {
    still: await stillTime(run),
    newestBlock: await tipTime(run),
    nextBlock: await shownTime(minerOf(run)),
  };
}

/**
 * What somebody asks for in words; undefined: only to look.
 * @throws Error that says what is allowed
 */
export function readTimeAction(
  action: string | undefined,
  to: string | undefined,
): ((run: Run) => Promise<unknown>) | undefined {
  const missing = (what: string): Error => new Error(`${action ?? ""} what? ${what}`);
  switch (action) {
    case undefined:
      return undefined;
    case "set": {
      if (to === undefined) throw missing("Give a moment, such as 2027-01-01");
      const seconds = readMoment(to);
      return (run) => setTime(run, seconds);
    }
    case "advance": {
      if (to === undefined) throw missing("Give a span of time, such as 10m");
      const seconds = requireSeconds(to);
      return (run) => advanceTime(run, seconds);
    }
    case "present":
      return backToPresent;
    default:
      throw new Error(`"${action}" is not allowed; give set, advance, present, or nothing to look`);
  }
}

export async function setTime(run: Run, seconds: number): Promise<number> {
  refuseOutOfRange(seconds);
  refuseWithoutClock(await lookAtContainers(allNodes(run), run.signal));
  // A block under way would be taken for one that does not come, when the time that it may take is over at once.
  await syncToHighest(run);
  await refuseBehindTip(run, seconds);
  await setKeptTime(run, seconds);
  return seconds;
}

export async function advanceTime(run: Run, seconds: number): Promise<number> {
  return await setTime(run, (await shownTime(minerOf(run))) + seconds);
}

export async function backToPresent(run: Run): Promise<void> {
  await syncToHighest(run);
  await refuseBehindTip(run, (await declaredTime(run)) ?? presentTime());
  await setKeptTime(run, undefined);
}

/**
 * Mines blocks of which each is `spacing` seconds after the one before, the first after what the clocks
 * show or after the newest block, whichever is later. All clocks stand still at the last one's time then.
 * @param near the nodes that get the blocks at once
 * @param mined is told how many there are so far
 * @returns the hashes of the new blocks
 */
export async function mineSpaced(
  run: Run,
  near: Run,
  count: number,
  address: string,
  spacing: number,
  mined?: (blocks: number) => void,
): Promise<string[]> {
  refuseWithoutClock(await lookAtContainers(allNodes(run), run.signal));
  const begin = Math.max(await shownTime(minerOf(run)), await tipTime(run));
  const end = begin + count * spacing;
  refuseOutOfRange(end);
  // Whatever interrupts it, no node is left with a block that it would not start with. The others may be
  // ahead all the while: a block may be as old as it likes.
  await keepTimeOnAll(run, end);
  const miner = minerOf(run);
  await setClocks({ ...run, nodes: run.nodes.filter((node) => node !== miner) }, end);
  try {
    return await mineAt(near, count, address, (index) => begin + (index + 1) * spacing, mined);
  } finally {
    await setClocks({ ...run, nodes: [miner] }, end);
  }
}

function refuseOutOfRange(seconds: number): void {
  if (seconds >= genesisTime && seconds <= lastTime) return;
  throw new RangeError(
    `the clocks cannot be set to ${isoTime(seconds)}; a block can be of ${isoTime(genesisTime)} to ${isoTime(lastTime)}`,
  );
}

async function refuseBehindTip(run: Run, seconds: number): Promise<void> {
  const tip = await tipTime(run);
  if (tip <= seconds + blocksAhead) return;
  throw new Error(
    pointing(
      `the newest block is of ${isoTime(tip)}, more than two hours after ${isoTime(seconds)}: nodes would refuse ` +
        "to start with it; set a later time, or go back behind that block by a reset or a reorganisation first",
      "block-from-the-future",
    ),
  );
}
