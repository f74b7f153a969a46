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
      "each payment since the last block spends the change of the one before, at most 25 in a row: " +
      "mine a block first (network.mine() or npm run mine), or pay with confirmations",
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
    next: "give a regtest address, such as bcrt1…, from a node's getnewaddress",
  },
  {
    code: RpcCode.WALLET_INSUFFICIENT_FUNDS,
    next: "pay less, or mine more blocks first: a coinbase can be spent when 100 blocks are on top of it",
  },
  {
    code: RpcCode.WALLET_NOT_FOUND,
    next: "load it with the node's loadwallet; npm run up does so for a stack",
  },
];

/** The error with the node's name and the next step, if one is known; any other error unchanged. */
export function paymentError(node: string, error: unknown): unknown {
  if (!(error instanceof RpcResponseError)) return error;
  const { code, rpcMessage, detail } = error;
  const advice = advices.find(
    (advice) => advice.code === code && (advice.words?.test(rpcMessage) ?? true),
  );
  if (advice === undefined) return error;
  return new Error(`${node}: the payment was refused: ${detail}; ${advice.next}`, { cause: error });
}
