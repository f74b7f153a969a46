/** Paying a node from the miner's oldest coinbases, exactly once. */
import { type Sat, btcToSat, formatBtc } from "./amount.ts";
import { minerOf, nodeOf, type Run } from "../nodes/run.ts";
import { coinsNeeded, fundingFeeRate } from "./funding-fee.ts";
import { addressesWithLabel } from "../nodes/labelled-address.ts";
import { send } from "./send.ts";
import type { Node } from "../nodes/node.ts";
import { paymentError } from "./payment-error.ts";
import { RpcCode, hasRpcCode } from "../rpc/rpc-errors.ts";
import type { Unspent } from "../rpc/methods.ts";
import { waitFor } from "../../base/wait.ts";

export interface Funding {
  /** Who is paid. */
  readonly node: string;
  /** Label of the address in that node's wallet. */
  readonly label: string;
  readonly amount: Sat;
}

export interface Payment {
  readonly address: string;
  readonly txid: string;
}

/** As states, manifests and outputs have it. */
export interface Funded extends Omit<Funding, "amount">, Payment {
  /** In BTC, a decimal string. */
  readonly amount: string;
}

/** The addresses in the node's wallet that have the label; a new one if there are none. */
export async function labelledAddresses(
  node: Node,
  label: string,
): Promise<readonly [string, ...string[]]> {
  const [first, ...others] = await addressesWithLabel(node, label);
  if (first !== undefined) return [first, ...others];
  return [await node.wallet.call("getnewaddress", [label, "bech32"])];
}

/** Pays unless the history of the miner, or else of the payee, shows it; ends when the payee knows of the payment. */
export async function fund(run: Run, funding: Funding): Promise<Funded> {
  const payee = nodeOf(run, funding.node);
  // More than one when people have given the label to addresses of their own since.
  const addresses = await labelledAddresses(payee, funding.label);
  const { amount } = funding;
  const miner = minerOf(run);
  const received = await findReceipt(payee, addresses, amount);
  const { address, txid } =
    (await findPayment(miner, addresses, amount)) ??
    received ??
    (await pay(miner, addresses[0], amount));
  if (txid !== received?.txid) await rebroadcast(run, miner, txid);
  await waitFor(async (signal) => await knows(payee, txid, signal), {
    what: `${payee.name} to see the payment ${txid}`,
    limitMs: run.limitMs,
    signal: run.signal,
    everyMs: 5,
    maxEveryMs: 50,
  });
  return { ...funding, amount: formatBtc(amount), address, txid };
}

/** How deep in the chain the payment is: 0 while it is in the mempool. */
export async function confirmationsOf({ wallet }: Node, txid: string): Promise<number> {
  return (await wallet.call("gettransaction", [txid])).confirmations;
}

/**
 * The payment that the miner's wallet knows of. A node that was killed may come back without the blocks
 * that it mined last, and then its wallet abandons what was paid from them; when the blocks are there
 * again, from a peer or mined once more, the same payment holds.
 */
async function findPayment(
  miner: Node,
  addresses: readonly string[],
  amount: Sat,
): Promise<Payment | undefined> {
  const { transactions } = await miner.wallet.call("listsinceblock");
  const payments = transactions.flatMap(
    ({ category, address = "", amount: paid, confirmations, abandoned, txid }) =>
      category === "send" &&
      addresses.includes(address) &&
      btcToSat(paid) === -amount &&
      confirmations >= 0
        ? [{ address, txid, abandoned }]
        : [],
  );
  const valid = payments.find(({ abandoned }) => abandoned !== true);
  if (valid !== undefined) return valid;
  for (const payment of payments) if (await isAcceptable(miner, payment.txid)) return payment;
  return undefined;
}

/** A payment in the chain: a miner that was replaced, and has other keys, knows nothing of what was paid before. */
async function findReceipt(
  { wallet }: Node,
  addresses: readonly string[],
  amount: Sat,
): Promise<Payment | undefined> {
  const { transactions } = await wallet.call("listsinceblock");
  const received = transactions.flatMap(
    ({ category, address = "", amount: paid, confirmations, txid }) =>
      category === "receive" &&
      addresses.includes(address) &&
      btcToSat(paid) === amount &&
      confirmations > 0
        ? [{ address, txid }]
        : [],
  );
  return received[0];
}

async function isAcceptable({ rpc, wallet }: Node, txid: string): Promise<boolean> {
  const { hex } = await wallet.call("gettransaction", [txid]);
  const [answer] = await rpc.call("testmempoolaccept", [[hex]]);
  return answer?.allowed === true;
}

/**
 * Pays from the wallet's oldest coins. Nothing random goes into it: the coins, the place and type of the
 * change, lock time and fee rate are given.
 */
export async function pay(miner: Node, address: string, amount: Sat): Promise<Payment> {
  try {
    return await payFromOldest(miner, address, amount);
  } catch (error) {
    throw paymentError(miner.name, error);
  }
}

async function payFromOldest(miner: Node, address: string, amount: Sat): Promise<Payment> {
  const { name, wallet } = miner;
  // The change of an earlier payment too, which is not in a block yet; but nobody else's promises.
  const coins = (await wallet.call("listunspent", [0])).filter(({ safe }) => safe).toSorted(byAge);
  const needed = coinsNeeded(
    coins.map((coin) => btcToSat(coin.amount)),
    amount,
  );
  if (needed === undefined) {
    const all = coins.reduce((sum, coin) => sum + btcToSat(coin.amount), 0n);
    throw new Error(
      `${name}: its ${coins.length} coins, ${formatBtc(all)} BTC in total, do not cover ${formatBtc(amount)} BTC and ` +
        "the fee; pay less, or mine more blocks first (config blocks, network.mine() or npm run mine): " +
        "a coinbase can be spent when 100 blocks are on top of it",
    );
  }
  const txid = await send(miner, {
    outputs: [{ [address]: formatBtc(amount) }],
    fee_rate: fundingFeeRate.toString(),
    inputs: coins.slice(0, needed).map(({ txid, vout }) => ({ txid, vout })),
    change: { change_position: 1, change_type: "bech32" },
  });
  return { address, txid };
}

/** Oldest first; within a block, by position. */
export function byAge(a: Unspent, b: Unspent): number {
  return (
    b.confirmations - a.confirmations ||
    (a.txid < b.txid ? -1 : a.txid > b.txid ? 1 : a.vout - b.vout)
  );
}

/**
 * Tells the payment to every node that does not have it: one that was killed comes back with an empty
 * mempool, and the others tell nobody twice. The miner's wallet has it in any case.
 */
async function rebroadcast({ nodes }: Run, miner: Node, txid: string): Promise<void> {
  const { confirmations, hex } = await miner.wallet.call("gettransaction", [txid]);
  if (confirmations > 0) return;
  await Promise.all(
    nodes.map(async ({ rpc }) => {
      if ((await rpc.call("getrawmempool")).includes(txid)) return;
      await rpc.call("sendrawtransaction", [hex]);
    }),
  );
}

async function knows(
  { wallet }: Node,
  txid: string,
  signal: AbortSignal,
): Promise<true | { pending: string }> {
  try {
    await wallet.call("gettransaction", [txid], { signal });
    return true;
  } catch (error) {
    if (hasRpcCode(error, RpcCode.INVALID_ADDRESS_OR_KEY)) {
      return { pending: "its wallet does not know it" };
    }
    throw error;
  }
}
