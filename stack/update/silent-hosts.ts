import type Docker from "dockerode";

import { lookAt } from "../../bootstrap/status/look.ts";
import { silenceOf } from "../../engine/fleet.ts";
import { connectTo } from "../../provider/regtest/engine-input.ts";
import { declaredNetwork } from "../declared-stack.ts";
import type { NetworkState, StackState } from "../stack-state.ts";

/**
 * A client of all that a network is on.
 * @param docker what it is on where its state names nothing
 * @throws Error that says what is lost if a host that does not answer is given up, and how that is done
 */
export async function wholeNetworkClient(
  state: StackState,
  network: NetworkState,
  docker: Docker,
): Promise<Docker> {
  const { engine, nodes, services = [] } = network.claim;
  if (engine === undefined) return docker;
  const { signal } = new AbortController();
  const client = await connectTo({ engine }, signal, { silentToo: true });
  const silent = (engine.hosts ?? []).find(({ name }) => silenceOf(client, name) !== undefined);
  if (silent === undefined) return client;
  const { name } = silent;
  const there = [...nodes, ...services].filter(({ host }) => host === name);
  const { height } = await lookAt(client, declaredNetwork(state, network).declared, signal);
  const rest = height === null ? "" : ` The nodes that answer are at height ${height}.`;
  throw new Error(
    `host ${name} does not answer (${silenceOf(client, name) ?? ""}); on it: ${there.map((member) => member.name).join(", ") || "nothing"}. ` +
      `Start its engine again; or take it out of hosts and run npm run up -- --stack ${state.stack} --give-up ${name}, ` +
      "which makes what is on it on other hosts: blocks that no other node has, wallets that nobody declared and what " +
      `services keep there are lost then.${rest}`,
  );
}
