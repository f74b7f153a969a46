/** lnd by its command line, in its container. */
import type { Network } from "regtest-network";

/** What `lncli COMMAND` prints. */
export async function lncli<Result = Record<string, string>>(
  network: Network,
  name: string,
  ...command: string[]
): Promise<Result> {
  const { stdout } = await network.service(name).exec(["lncli", ...command]);
  return JSON.parse(stdout) as Result;
}

export interface Channel {
  readonly active: boolean;
  readonly channel_point: string;
  /** In satoshi, as all amounts. */
  readonly local_balance: string;
  readonly peer_alias: string;
}

/** The channel between carol and dave as one of them has it; undefined: there is none. */
export async function channelOf(network: Network, name: string): Promise<Channel | undefined> {
  const { channels } = await lncli<{ channels: Channel[] }>(network, name, "listchannels");
  return channels[0];
}

/** Satoshi in its wallet, outside of channels. */
export async function walletOf(network: Network, name: string): Promise<number> {
  const { confirmed_balance = "" } = await lncli(network, name, "walletbalance");
  return Number(confirmed_balance);
}

/** @throws ServiceCommandError when the payment fails */
export async function pay(network: Network, from: string, to: string, sat: number): Promise<void> {
  const { payment_request = "" } = await lncli(network, to, "addinvoice", String(sat));
  await network.service(from).exec(["lncli", "payinvoice", "--force", "--json", payment_request]);
}

/** Looks until it is so. lnd does much of its work after a call has returned, or a block has come. */
export async function until(what: string, look: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 30_000;
  while (!(await look())) if (Date.now() > end) throw new Error(`waited 30 s for ${what}`);
}
