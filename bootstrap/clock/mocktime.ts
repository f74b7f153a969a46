/** The times of the chain's blocks. */
import type { Node } from "../nodes/node.ts";
import { minerOf, type Run } from "../nodes/run.ts";

/** Time of regtest's genesis block in seconds since 1970 (Bitcoin Core, chainparams.cpp): no block can be older. */
export const genesisTime = 1_296_688_602;

/**
 * When a reproducible chain begins unless told otherwise, in seconds since 1970: 2025-01-01T00:00:00Z.
 * A block's time is the later of the clock and one second past the median of the eleven blocks before
 * it; with a clock that stands still it depends on the chain alone.
 */
export const chainBegin = 1_735_689_600;

/**
 * Seconds that a block may be ahead of a node's clock: it refuses those that are further ahead, and does
 * not start with one at its tip (Bitcoin Core, chain.h, MAX_FUTURE_BLOCK_TIME).
 */
export const blocksAhead = 7_200;

/**
 * Seconds that a mock time may be ahead of the present. The other hour of {@link blocksAhead} is for the
 * blocks, which run ahead of a clock that stands still by one second in six.
 */
export const furthestAhead = 3_600;

/** The last time that a clock can be set to, in seconds since 1970: blocks count them in 32 bits, and run ahead. */
export const lastTime = 2 ** 32 - 1 - blocksAhead;

/**
 * Sets what all clocks show: a mock time, in seconds since 1970, at which they stand still, or the present.
 * Also after a run that was interrupted while the miner's clock stood still.
 */
export async function setClocks({ nodes }: Run, mockTime: number | undefined): Promise<void> {
  await Promise.all(nodes.map(({ rpc }) => rpc.call("setmocktime", [mockTime ?? 0])));
}

/** Seconds since 1970 that the node would put into a block now: its clock, or one past the median of the eleven before. */
export async function shownTime({ rpc }: Pick<Node, "rpc">): Promise<number> {
  return (await rpc.call("getblocktemplate", [{ rules: ["segwit"] }])).curtime;
}

/**
 * Runs `work`, which mines, while the miner's clock stands still at `seconds` since 1970; `back` is what it
 * shows afterwards, 0 for the present.
 * @param work gets whether it does: not where the chain has blocks that are newer
 */
export async function atTime<T>(
  run: Run,
  seconds: number,
  work: (still: boolean) => Promise<T>,
  back = 0,
): Promise<T> {
  refuseClockBehind(seconds);
  const { rpc } = minerOf(run);
  const { time } = await rpc.call("getblockchaininfo");
  if (time > seconds + furthestAhead) {
    // A block on top of it would be too new for that clock.
    run.report("blocks were mined at the present time: this is not the reproducible chain");
    return await work(false);
  }
  // The others show the present all the time: a block may be older than that.
  await rpc.call("setmocktime", [seconds]);
  let result: T;
  try {
    result = await work(true);
  } catch (error) {
    // What failed first is what a person must read, and soon: this may be a node that does not answer.
    await rpc.call("setmocktime", [back], { timeoutMs: 5_000 }).catch(() => undefined);
    throw error;
  }
  await rpc.call("setmocktime", [back]);
  return result;
}

/** Nodes would wait in vain for blocks that they refuse as too new, and refuse to start with them. */
function refuseClockBehind(seconds: number): void {
  const now = Date.now() / 1_000;
  if (now >= chainBegin && now >= seconds - furthestAhead) return;
  const told =
    now < chainBegin
      ? `the clock of this machine shows ${isoTime(now)}, but the chain starts at ${isoTime(chainBegin)}: set the clock, or mockTime`
      : `the clock of this machine shows ${isoTime(now)}, but the chain has a block with the time ${isoTime(seconds)}: set the clock`;
  throw new Error(told);
}

/**
 * Reads a time that a person wrote: seconds since 1970, or an ISO 8601 date, with a time of day if it
 * names its offset; without one it would be another time on another machine.
 *
 * @returns seconds since 1970; `undefined` for any other text
 */
export function parseTime(text: string): number | undefined {
  if (/^\d{1,10}$/.test(text)) return Number(text);
  const [, date] =
    /^(\d{4}-\d\d-\d\d)(?:T\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d))?$/.exec(text) ?? [];
  if (date === undefined || !isCalendarDate(date)) return undefined;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms / 1_000;
}

/** Writes seconds since 1970 as `2025-01-01T00:00:00Z`. */
export function isoTime(seconds: number): string {
  return new Date(Math.floor(seconds) * 1_000).toISOString().replace(".000", "");
}

/** Date.parse takes 30 February for 2 March. */
function isCalendarDate(date: string): boolean {
  const ms = Date.parse(date);
  return !Number.isNaN(ms) && isoTime(ms / 1_000).startsWith(date);
}
