import type Docker from "dockerode";

import { silenceOf } from "../../engine/fleet.ts";
import { messageOf } from "../../base/message.ts";
import { connectTo, type HostInput } from "../../engine/engine-input.ts";
import type { Environment } from "../../toolchain/ensure.ts";
import { declaredNetwork } from "../declared-stack.ts";
import { type NetworkState, readState, type StackState } from "../stack-state.ts";
import type { Reason } from "./update-steps.ts";

/** Milliseconds in which the engine of a host that is there answers. */
const answerMs = 15_000;

/**
 * A client of all that a network is on.
 * @throws Error that says what is lost if a host that does not answer is given up, and how that is done
 */
export async function wholeNetworkClient(
  state: StackState,
  network: NetworkState,
): Promise<Docker> {
  const { engine, nodes, services = [] } = network.claim;
  const { signal } = new AbortController();
  const client = await connectTo({ engine }, signal, { silentToo: true });
  const silent = (engine?.hosts ?? []).find(({ name }) => silenceOf(client, name) !== undefined);
  if (silent === undefined) return client;
  const { name } = silent;
  const there = [...nodes, ...services].filter(({ host }) => host === name);
  const { lookAt } = await import("../../bootstrap/status/look.ts");
  const { height } = await lookAt(client, declaredNetwork(state, network).declared, signal);
  const rest = height === null ? "" : ` The nodes that answer are at height ${height}.`;
  throw new Error(
    `host ${name} does not answer (${silenceOf(client, name) ?? ""}); on it: ${there.map((member) => member.name).join(", ") || "nothing"}. ` +
      `Start its engine again; or take it out of hosts and run npm run up -- --stack ${state.stack} --give-up ${name}, ` +
      "which makes what is on it on other hosts: blocks that no other node has, wallets that nobody declared and what " +
      `services keep there are lost then.${rest}`,
  );
}

/** Which hosts of a stack do not answer, and why: what an update failed of that has only their absence for a reason. */
export async function silentHosts(
  environment: Environment,
  { stack }: Pick<StackState, "stack">,
): Promise<Reason[]> {
  const { networks } = await readState(environment, stack);
  const hosts = new Map(
    networks.flatMap(({ claim }) => claim.engine?.hosts ?? []).map((host) => [host.name, host]),
  );
  const reasons = [...hosts.values()].map(async (host) => {
    const reason = await silenceOfHost(host);
    if (reason === undefined) return [];
    const message = `it does not answer (${reason}); start its engine again`;
    return [{ resource: `host ${host.name}`, message }];
  });
  return (await Promise.all(reasons)).flat();
}

/** Why the engine of a host does not answer; undefined: it does. */
export async function silenceOfHost(host: HostInput): Promise<string | undefined> {
  return await connectTo({ engine: host }, AbortSignal.timeout(answerMs)).then(
    () => undefined,
    messageOf,
  );
}
