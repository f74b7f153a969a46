/** What to do when bitcoind refuses a payment: its own words say what is wrong, and to whom, but not that. */
import { formatBtc } from "./amount.ts";
import { smallestOutput } from "./funding-fee.ts";
import { RpcCode, RpcResponseError } from "../rpc/rpc-errors.ts";

interface Advice {
  readonly code: number;
  /** What the words have in them. Left out: anything. */
  readonly words?: RegExp;
  readonly next: string;
}

/** The first that fits. Sources of the words: Bitcoin Core, wallet/spend.cpp, wallet/rpc/spend.cpp, policy. */
const advices: readonly Advice[] = [
  {
    code: RpcCode.WALLET_ERROR,
    words: /unconfirmed ancestors|mempool chain/,
    next:
      "the payments since the last block spend each other's change, at most 25 in a row: " +
      "mine a block first, by network.mine() or npm run mine, or pay with confirmations",
  },
  {
    code: RpcCode.WALLET_ERROR,
    words: /amount too small/,
    next: `pay at least ${formatBtc(smallestOutput)} BTC; nodes relay no smaller output (dust)`,
  },
  {
    code: RpcCode.TYPE_ERROR,
    words: /[Aa]mount/,
    next: `pay from ${formatBtc(smallestOutput)} to 21000000 BTC`,
  },
  {
    code: RpcCode.INVALID_ADDRESS_OR_KEY,
    words: /address/,
    next: "give an address of regtest, such as bcrt1…, as getnewaddress of a node makes them",
  },
  {
    code: RpcCode.WALLET_INSUFFICIENT_FUNDS,
    next: "pay less, or mine more blocks first: a coin can be spent 100 blocks after its own",
  },
  {
    code: RpcCode.WALLET_NOT_FOUND,
    next: "load it again, by the node's loadwallet; npm run up does so for a stack",
  },
];

/** The error with the node's name and the next step, where one is known; any other as it is. */
export function paymentError(node: string, error: unknown): unknown {
  if (!(error instanceof RpcResponseError)) return error;
  const { code, rpcMessage, detail } = error;
  const advice = advices.find(
    (advice) => advice.code === code && (advice.words?.test(rpcMessage) ?? true),
  );
  if (advice === undefined) return error;
  return new Error(`${node}: the payment was refused: ${detail}; ${advice.next}`, { cause: error });
}
