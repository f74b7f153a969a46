/** Payments that compete for block space, from which nodes estimate fees. */
import { writeStatus } from "../../base/progress/amount.ts";
import type { Node } from "../nodes/node.ts";
import { minerOf, type Run } from "../nodes/run.ts";
import { byAge } from "../payments/funding.ts";
import { send } from "../payments/send.ts";
import { btcToSat, COIN, formatBtc, type Sat } from "../payments/amount.ts";
import { mineForAll, type MineOptions } from "./mine.ts";

export interface TrafficOptions extends Pick<MineOptions, "spacing"> {
  /** From 1 to 100. Default: 15, enough for `estimatesmartfee 2` to answer. */
  readonly blocks?: number | undefined;
  /** Payments in each block, from 1 to 100. Default: 6, one at each fee rate. */
  readonly payments?: number | undefined;
}

export interface Traffic {
  readonly blocks: number;
  /** Ids of the payments, block by block. */
  readonly txids: readonly (readonly string[])[];
  readonly height: number;
  /** Node's name → what `estimatesmartfee 2` says there, in satoshi per virtual byte; null: nothing yet. */
  readonly feeRates: Readonly<Record<string, number | null>>;
}

/** Of blocks, and of payments in one. */
const most = 100;
/** Satoshi per virtual byte, in turn. */
const rates = [1, 2, 5, 10, 20, 50];
/** Of the coin that each payment spends, and of the payment. */
const coinValue: Sat = COIN / 100n;
const paid: Sat = coinValue / 2n;
/** Satoshi for each coin made: an output of 31 virtual bytes at {@link splitRate}, and a little more. */
const splitFee: Sat = 350n;
const splitRate = 10;
/** Outputs of one transaction: 500 are some 16,000 virtual bytes, far below the 100,000 that nodes relay. */
const mostOutputs = 500;

/**
 * Mines blocks with payments of the miner's wallet in them, at fee rates from 1 to 50 satoshi per virtual byte.
 * On the same chain, with a `spacing`, they are the same payments each time.
 * @throws RangeError for numbers out of range
 */
export async function makeTraffic(run: Run, options: TrafficOptions = {}): Promise<Traffic> {
  const { blocks = 15, payments = 6, spacing } = options;
  requireWhole("blocks", blocks);
  requireWhole("payments", payments);
  const from = minerOf(run);
  run.report("split coins");
  const coins = await splitCoins(from, blocks * payments);
  // bitcoind learns only from payments whose coins are confirmed, and while its newest block is not hours old.
  let { height } = await mineForAll(run, 1, { spacing });
  const payee = run.nodes.find((node) => node !== from) ?? from;
  const to = await payee.wallet.call("getnewaddress", ["traffic", "bech32"]);
  const change = await from.wallet.call("getnewaddress", ["traffic", "bech32"]);
  const txids: string[][] = [];
  for (let block = 0; block < blocks; block += 1) {
    const amount = { done: block, of: blocks, unit: "blocks" } as const;
    run.report(writeStatus({ title: "pay fees", amount }));
    const own = coins.slice(block * payments, (block + 1) * payments);
    const sent: string[] = [];
    // One after the other, so that the same ones come out each time.
    for (const [index, coin] of own.entries()) {
      const payment = {
        outputs: [{ [to]: formatBtc(paid) }],
        fee_rate: rates[index % rates.length] ?? 1,
        inputs: [coin],
        change: { change_position: 1, change_address: change },
      };
      sent.push(await send(from, payment));
    }
    txids.push(sent);
    ({ height } = await mineForAll(run, 1, { spacing }));
  }
  const feeRates = await Promise.all(
    run.nodes.map(async (node) => [node.name, await feeRateAt(node)] as const),
  );
  return { blocks, txids, height, feeRates: Object.fromEntries(feeRates) };
}

interface Coin {
  readonly txid: string;
  readonly vout: number;
}

/** Makes coins of {@link coinValue} out of the oldest that are large enough. */
async function splitCoins(from: Node, count: number): Promise<Coin[]> {
  const { name, wallet } = from;
  const coins: Coin[] = [];
  while (coins.length < count) {
    const outputs = Math.min(count - coins.length, mostOutputs);
    const needed = BigInt(outputs) * (coinValue + splitFee) + splitFee;
    const unspent = (await wallet.call("listunspent")).toSorted(byAge);
    const coin = unspent.find(({ amount }) => btcToSat(amount) >= needed);
    if (coin === undefined)
      throw new Error(
        `${name} has no confirmed coin of ${formatBtc(needed)} BTC to split; mine more blocks first, or make less traffic`,
      );
    const parts: string[] = [];
    while (parts.length < outputs)
      parts.push(await wallet.call("getnewaddress", ["traffic", "bech32"]));
    const txid = await send(from, {
      outputs: parts.map((address) => ({ [address]: formatBtc(coinValue) })),
      fee_rate: splitRate,
      inputs: [{ txid: coin.txid, vout: coin.vout }],
      change: { change_position: outputs, change_type: "bech32" },
    });
    coins.push(...parts.map((_, vout) => ({ txid, vout })));
  }
  return coins;
}

async function feeRateAt({ rpc }: Node): Promise<number | null> {
  const { feerate } = await rpc.call<{ feerate?: number }>("estimatesmartfee", [2]);
  // BTC per 1,000 virtual bytes.
  return feerate === undefined ? null : Number(btcToSat(feerate)) / 1_000;
}

function requireWhole(name: string, value: number): void {
  if (Number.isInteger(value) && value >= 1 && value <= most) return;
  throw new RangeError(`${name}: ${value} is not allowed; give a whole number from 1 to ${most}`);
}
