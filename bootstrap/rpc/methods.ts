/**
 * The methods of bitcoind that the project uses, with what it reads of their answers. Written for
 * Bitcoin Core 27 to 31: a field that one of them lacks is optional, one that nobody reads is left out.
 */

/** An amount in BTC as bitcoind writes it in JSON: to be read with `btcToSat` before anything else. */
export type Btc = number;

/** An amount in BTC for bitcoind: what `satToJsonBtc` or `formatBtc` returns. */
export type BtcInput = number | string;

/** Parameters by position or by name. */
export type RpcParams = readonly unknown[] | Readonly<Record<string, unknown>>;

/** Strings up to 27, an array of strings from 28 on. */
export type Warnings = string | readonly string[];

export interface BlockchainInfo {
  readonly chain: string;
  readonly blocks: number;
  readonly headers: number;
  readonly bestblockhash: string;
  readonly time: number;
  readonly mediantime: number;
  readonly initialblockdownload: boolean;
  readonly verificationprogress: number;
  readonly size_on_disk: number;
  readonly pruned: boolean;
  readonly warnings: Warnings;
}

export interface NetworkInfo {
  /** 290000 for 29.0. */
  readonly version: number;
  /** `/Satoshi:29.0.0(comment)/`. */
  readonly subversion: string;
  readonly networkactive: boolean;
  readonly connections: number;
  readonly connections_in: number;
  readonly connections_out: number;
  readonly warnings: Warnings;
}

export interface PeerInfo {
  readonly id: number;
  /** `host:port` of the other end. */
  readonly addr: string;
  readonly inbound: boolean;
  readonly connection_type: string;
  /** 0 until the peer's version message has come. */
  readonly version: number;
  /** The peer's user agent with its comments. */
  readonly subver: string;
  /** Bytes by kind of message: a `pong` here means that the handshake is over. */
  readonly bytessent_per_msg: Readonly<Record<string, number>>;
  readonly bytesrecv_per_msg: Readonly<Record<string, number>>;
  readonly synced_headers: number;
  readonly synced_blocks: number;
  /** Seconds; absent until a ping was answered. */
  readonly pingtime?: number;
}

export interface WalletLoaded {
  readonly name: string;
  readonly warnings?: readonly string[];
}

export interface WalletInfo {
  readonly walletname: string;
  /** Whether it is made of descriptors, as all are that this version makes. */
  readonly descriptors: boolean;
  /** Of an encrypted one: seconds since 1970 up to which it is unlocked; 0 when it is locked. */
  readonly unlocked_until?: number;
}

export interface DescriptorImport {
  /** With its checksum, as `getdescriptorinfo` gives it. */
  readonly desc: string;
  /** Seconds since 1970 from which the chain is searched; `now` searches nothing. */
  readonly timestamp: number | "now";
  readonly active?: boolean;
  readonly internal?: boolean;
  readonly label?: string;
  readonly range?: number | readonly [number, number];
  readonly next_index?: number;
}

export interface DescriptorImported {
  readonly success: boolean;
  readonly warnings?: readonly string[];
  readonly error?: { readonly code: number; readonly message: string };
}

export interface WalletDescriptor {
  readonly desc: string;
  readonly timestamp: number;
  readonly active: boolean;
  readonly internal?: boolean;
  readonly range?: readonly [number, number];
  readonly next_index?: number;
}

export interface AddressInfo {
  readonly address: string;
  readonly scriptPubKey: string;
  readonly ismine: boolean;
  readonly solvable: boolean;
  readonly desc?: string;
  readonly pubkey?: string;
  readonly hdkeypath?: string;
  readonly labels: readonly string[];
}

export interface Unspent {
  readonly txid: string;
  readonly vout: number;
  readonly address?: string;
  readonly label?: string;
  readonly scriptPubKey: string;
  readonly amount: Btc;
  readonly confirmations: number;
  readonly spendable: boolean;
  readonly solvable: boolean;
  readonly safe: boolean;
}

export interface Balances {
  readonly mine: {
    readonly trusted: Btc;
    readonly untrusted_pending: Btc;
    readonly immature: Btc;
  };
  /** The block that the wallet has seen last; absent before 26. */
  readonly lastprocessedblock?: { readonly hash: string; readonly height: number };
}

/** One entry of a wallet's history: one output of a transaction that concerns the wallet. */
export interface WalletTransaction {
  readonly txid: string;
  readonly vout: number;
  readonly address?: string;
  readonly category: "send" | "receive" | "generate" | "immature" | "orphan";
  /** Negative for `send`. */
  readonly amount: Btc;
  /** Negative, and for `send` only. */
  readonly fee?: Btc;
  readonly label?: string;
  /** Negative when the transaction conflicts with one in the chain. */
  readonly confirmations: number;
  readonly blockhash?: string;
  readonly blockheight?: number;
  readonly abandoned?: boolean;
  readonly time: number;
}

export interface TransactionsSince {
  readonly transactions: readonly WalletTransaction[];
  /** What a reorganisation took back. */
  readonly removed?: readonly WalletTransaction[];
  readonly lastblock: string;
}

export interface TransactionDetail {
  readonly txid: string;
  readonly amount: Btc;
  readonly fee?: Btc;
  readonly confirmations: number;
  readonly blockhash?: string;
  readonly blockheight?: number;
  readonly time: number;
  readonly details: readonly Pick<
    WalletTransaction,
    "address" | "category" | "amount" | "fee" | "label" | "vout" | "abandoned"
  >[];
  readonly hex: string;
}

export interface SendParams {
  /** Address → amount, one object for each output. */
  readonly outputs: readonly Readonly<Record<string, BtcInput>>[];
  readonly conf_target?: number;
  readonly estimate_mode?: string;
  /** In satoshi per virtual byte. */
  readonly fee_rate?: number | string;
  readonly options?: {
    readonly inputs?: readonly { readonly txid: string; readonly vout: number }[];
    readonly add_inputs?: boolean;
    readonly change_address?: string;
    readonly change_position?: number;
    readonly change_type?: AddressType;
    readonly locktime?: number;
    readonly lock_unspents?: boolean;
    readonly replaceable?: boolean;
    readonly add_to_wallet?: boolean;
  };
}

export interface Sent {
  /** Whether every signature is there; if not, nothing was sent. */
  readonly complete: boolean;
  readonly txid?: string;
  readonly hex?: string;
  readonly psbt?: string;
}

export interface BlockHeader {
  readonly hash: string;
  /** -1 when the block is not in the best chain. */
  readonly confirmations: number;
  readonly height: number;
  readonly time: number;
  readonly mediantime: number;
  /** Transactions in the block, the coinbase among them. */
  readonly nTx: number;
  readonly previousblockhash?: string;
  readonly nextblockhash?: string;
}

/** The end of a branch. */
export interface ChainTip {
  readonly height: number;
  readonly hash: string;
  /** As bitcoind has them; later versions may add some. */
  readonly status:
    "active" | "valid-fork" | "valid-headers" | "headers-only" | "invalid" | "unknown";
}

export interface Block extends BlockHeader {
  /** The ids of its transactions, the coinbase's first. */
  readonly tx: readonly string[];
}

export interface MempoolInfo {
  /** Transactions in it. */
  readonly size: number;
  /** Their virtual sizes together. */
  readonly bytes: number;
  /** Memory that it takes, in bytes. */
  readonly usage: number;
  /** What its transactions pay together. */
  readonly total_fee: Btc;
  /** Whether what the last stop kept of it has been read. */
  readonly loaded: boolean;
}

export interface TxOutSetInfo {
  readonly height: number;
  readonly bestblock: string;
  readonly txouts: number;
  readonly total_amount: Btc;
  readonly hash_serialized_3?: string;
  readonly muhash?: string;
}

export interface BlockSeen {
  readonly hash: string;
  readonly height: number;
}

export interface DescriptorInfo {
  /** In its canonical form, without private keys, with its checksum. */
  readonly descriptor: string;
  /** The checksum of the descriptor as it was given. */
  readonly checksum: string;
  readonly isrange: boolean;
  readonly hasprivatekeys: boolean;
}

export type AddressType = "legacy" | "p2sh-segwit" | "bech32" | "bech32m";

/** Method → its parameters, by position or by name, and its result. */
export interface RpcMethods {
  // The node
  getblockchaininfo: { params: []; result: BlockchainInfo };
  getnetworkinfo: { params: []; result: NetworkInfo };
  uptime: { params: []; result: number };
  /** The calls under way, this one included; also those whose callers have gone. */
  getrpcinfo: {
    params: [];
    result: { readonly active_commands: readonly { readonly method: string }[] };
  };
  setmocktime: { params: [seconds: number]; result: null };
  syncwithvalidationinterfacequeue: { params: []; result: null };
  /** Answers before the node is down. */
  stop: { params: []; result: string };

  // Peers
  getpeerinfo: { params: []; result: readonly PeerInfo[] };
  addnode: { params: [node: string, command: "add" | "remove" | "onetry"]; result: null };
  /** The nodes that it dials by itself, by `-addnode` or `addnode add`. */
  getaddednodeinfo: { params: []; result: readonly { readonly addednode: string }[] };
  disconnectnode: {
    params: [address: string] | { address: string } | { nodeid: number };
    result: null;
  };
  ping: { params: []; result: null };
  setnetworkactive: { params: [active: boolean]; result: boolean };

  // The chain
  getblockcount: { params: []; result: number };
  getbestblockhash: { params: []; result: string };
  getblockhash: { params: [height: number]; result: string };
  getblock: { params: [hash: string]; result: Block };
  /** Without `blockhash` one in a block is found only by a node with an index of transactions (`-txindex`). */
  getrawtransaction: {
    params: [txid: string] | [txid: string, verbose: false, blockhash: string];
    result: string;
  };
  /** Error -5 when the node does not know the block. */
  getblockheader: { params: [hash: string]; result: BlockHeader };
  getchaintips: { params: []; result: readonly ChainTip[] };
  getrawmempool: { params: []; result: readonly string[] };
  getmempoolinfo: { params: []; result: MempoolInfo };
  gettxoutsetinfo: {
    params: [] | [hashType: "hash_serialized_3" | "muhash" | "none"];
    result: TxOutSetInfo;
  };
  /** `feerate` in BTC per 1 000 virtual bytes; left out while the node has no estimate. */
  estimatesmartfee: { params: [blocks: number]; result: { readonly feerate?: Btc } };
  submitheader: { params: [hex: string]; result: null };
  /** Takes what a file of bitcoind's own format has into the mempool. */
  importmempool: {
    params: { filepath: string; use_current_time?: boolean; apply_unbroadcast_set?: boolean };
    result: Readonly<Record<string, never>>;
  };
  sendrawtransaction: { params: [hex: string]; result: string };
  /** What it says of each is handed on as it is. */
  submitpackage: {
    params:
      | [hexes: readonly string[]]
      | { package: readonly string[]; maxfeerate?: BtcInput; maxburnamount?: BtcInput };
    result: unknown;
  };
  testmempoolaccept: {
    params: [hexes: readonly string[]];
    result: readonly { readonly txid: string; readonly allowed: boolean }[];
  };
  /** `curtime`: the time that the block would have. */
  getblocktemplate: {
    params: [request: { readonly rules: readonly string[] }];
    result: { readonly curtime: number };
  };
  /** It and all blocks above it, also after a restart. */
  invalidateblock: { params: [hash: string]; result: null };
  /** Takes back what {@link invalidateblock} did to it, to the blocks below it and to those above it. */
  reconsiderblock: { params: [hash: string]; result: null };
  /** The block at the tip when the height is reached or the time, in milliseconds, is over: look which. */
  waitforblockheight: { params: [height: number, timeoutMs: number]; result: BlockSeen };
  /** With an empty list: a block without any transaction but its coinbase. */
  generateblock: {
    params: [output: string, transactions: readonly string[]];
    result: { readonly hash: string };
  };
  /** Fewer hashes than asked for, and no error, when the search's `maxtries` are used up. */
  generatetoaddress: {
    params: [blocks: number, address: string] | [blocks: number, address: string, maxtries: number];
    result: readonly string[];
  };

  // Wallets
  createwallet: {
    params: {
      wallet_name: string;
      disable_private_keys?: boolean;
      blank?: boolean;
      passphrase?: string;
      avoid_reuse?: boolean;
      load_on_startup?: boolean;
    };
    result: WalletLoaded;
  };
  loadwallet: {
    params: [name: string] | { filename: string; load_on_startup?: boolean };
    result: WalletLoaded;
  };
  /** With `loadOnStartup` false it is not loaded at the next start either. */
  unloadwallet: { params: [name: string, loadOnStartup: boolean]; result: WalletLoaded };
  getwalletinfo: { params: []; result: WalletInfo };
  listwallets: { params: []; result: readonly string[] };
  /** Those that are not loaded too. */
  listwalletdir: {
    params: [];
    result: { readonly wallets: readonly { readonly name: string }[] };
  };
  getdescriptorinfo: { params: [descriptor: string]; result: DescriptorInfo };
  importdescriptors: {
    params: [requests: readonly DescriptorImport[]];
    result: readonly DescriptorImported[];
  };
  listdescriptors: {
    params: [] | [withPrivateKeys: boolean];
    result: { readonly wallet_name: string; readonly descriptors: readonly WalletDescriptor[] };
  };
  getnewaddress: {
    params: [] | [label: string] | [label: string, type: AddressType];
    result: string;
  };
  validateaddress: { params: [address: string]; result: { readonly isvalid: boolean } };
  getaddressinfo: { params: [address: string]; result: AddressInfo };
  /** Error -11 when no address has the label. */
  getaddressesbylabel: {
    params: [label: string];
    result: Readonly<Record<string, { readonly purpose: string }>>;
  };
  listlabels: { params: []; result: readonly string[] };
  getbalance: { params: []; result: Btc };
  getbalances: { params: []; result: Balances };
  listunspent: {
    params:
      | []
      | [minconf: number]
      | [minconf: number, maxconf: number]
      | [minconf: number, maxconf: number, addresses: readonly string[]];
    result: readonly Unspent[];
  };
  listtransactions: {
    params:
      | []
      | [label: string]
      | [label: string, count: number]
      | [label: string, count: number, skip: number];
    result: readonly WalletTransaction[];
  };
  listsinceblock: { params: [] | [blockhash: string]; result: TransactionsSince };
  /** Error -5 when the wallet does not know the transaction. */
  gettransaction: { params: [txid: string]; result: TransactionDetail };
  send: { params: SendParams; result: Sent };
  sendtoaddress: {
    params:
      | [address: string, amount: BtcInput]
      | { address: string; amount: BtcInput; comment?: string; fee_rate?: number | string };
    result: string;
  };
}

/**
 * Methods that change nothing, so that a call may be sent again without knowing whether the first
 * one arrived. A method that is not listed here is taken to change something.
 */
export const READ_ONLY: ReadonlySet<string> = new Set<string>([
  "estimatesmartfee",
  "getaddednodeinfo",
  "getaddressesbylabel",
  "getaddressinfo",
  "getbalance",
  "getbalances",
  "getbestblockhash",
  "getblock",
  "getblockchaininfo",
  "getblockcount",
  "getblockhash",
  "getblockheader",
  "getblocktemplate",
  "getchaintips",
  "getdescriptorinfo",
  "getmempoolinfo",
  "getnetworkinfo",
  "getpeerinfo",
  "getrawmempool",
  "getrawtransaction",
  "getrpcinfo",
  "gettransaction",
  "gettxoutsetinfo",
  "getwalletinfo",
  "listdescriptors",
  "listlabels",
  "listsinceblock",
  "listtransactions",
  "listunspent",
  "listwalletdir",
  "listwallets",
  "ping",
  "syncwithvalidationinterfacequeue",
  "testmempoolaccept",
  "uptime",
  "validateaddress",
  "waitforblockheight",
] satisfies (keyof RpcMethods)[]);

/** How long the node itself may hold back the answer, in milliseconds: 0 for calls that do not wait. */
export function serverWaitMs(method: string, params: RpcParams): number {
  if (method !== "waitforblockheight") return 0;
  const timeout: unknown = Array.isArray(params)
    ? params[1]
    : (params as Readonly<Record<string, unknown>>)["timeout"];
  return typeof timeout === "number" ? timeout : 0;
}
