/** Which arguments a person may give bitcoind beside those of the project. */

/** What the project itself says, in images/bitcoind or as an argument, and relies on. */
export const ownArguments: ReadonlySet<string> = new Set([
  // Which chain, and where its files are.
  ...["chain", "regtest", "signet", "testnet", "testnet4", "conf", "includeconf", "settings"],
  ...["datadir", "blocksdir", "walletdir", "wallet", "disablewallet", "pid"],
  // Who may ask it.
  ...["server", "rpcallowip", "rpcauth", "rpcbind", "rpccookiefile", "rpcpassword", "rpcport"],
  "rpcuser",
  // What it offers.
  ...["rest", "zmqpubrawblock", "zmqpubrawtx", "zmqpubhashblock", "zmqpubhashtx", "zmqpubsequence"],
  // Who it is connected to, and as whom.
  ...["addnode", "bind", "connect", "listen", "networkactive", "port", "uacomment"],
  // What it shows as the time, and how it runs: in the foreground, with its log on the container's output.
  ...["mocktime", "daemon", "daemonwait", "printtoconsole", "debuglogfile", "help", "version"],
]);

/** An argument as bitcoind takes it; the group is its name. */
export const argumentPattern = /^-([a-z][a-z0-9]*)(?:=[\x20-\x7e]*)?$/;

/** What is wrong with an argument, as the end of "… is not allowed; …"; `undefined`: nothing. */
export function argumentProblem(argument: string): string | undefined {
  const [, name] = argumentPattern.exec(argument) ?? [];
  if (name === undefined) return "give it as bitcoind takes it, -name or -name=value";
  // -nolisten says the same as -listen=0.
  const set = [name, name.replace(/^no/, "")].find((name) => ownArguments.has(name));
  return set === undefined ? undefined : `-${set} is the project's own to set`;
}
