/**
 * The snapshot of a chain with further blocks: the declared chain is recreated on a network of
 * its own and committed there, while the stack's nodes keep running.
 */
import type Docker from "dockerode";

import type { OnEngine } from "../engine/engine-input.ts";
import { bootstrap } from "./bootstrap.ts";
import type { ChainPlan } from "./plan/chain-plan.ts";
import type { NodesContext } from "./nodes/on-nodes.ts";
import type { NetworkMembers } from "./services/members.ts";
import { scenarioServices } from "./services/start.ts";
import { withServices } from "./services/temporary-services.ts";
import { openTemporaryNetwork, type TemporaryNode } from "./nodes/temporary-network.ts";
import { programsOf } from "./snapshots/take/carrier.ts";
import {
  type CommittedNetwork,
  commitNetwork,
  type SnapshotDetails,
} from "./snapshots/take/commit.ts";

/**
 * @param chain.plan A reproducible one.
 * @param chain.tip What it leads to.
 * @throws Error when the chain comes out otherwise, as with a scenario that is not repeatable
 */
export async function commitAside(
  docker: Docker,
  network: NetworkMembers & OnEngine,
  details: SnapshotDetails,
  { plan, tip }: { readonly plan: ChainPlan; readonly tip: string },
  context: NodesContext,
): Promise<CommittedNetwork> {
  const { connect, timeout, engine } = network;
  const nodes = await Promise.all(
    network.nodes.map(async ({ containerId, ...node }): Promise<TemporaryNode> => {
      const container = docker.getContainer(containerId);
      const { Config } = await container.inspect();
      const image = await programsOf(docker, container);
      return { ...node, image, arguments: Config.Cmd.filter(isOfNode) };
    }),
  );
  const services = await Promise.all(
    (network.services ?? []).map(async ({ containerId, ...declared }) => ({
      ...{ declared, restores: false },
      image: await programsOf(docker, docker.getContainer(containerId)),
    })),
  );
  context.status("recreate the declared chain on a temporary network");
  await using temporary = await openTemporaryNetwork(docker, {
    ...{ nodes, connect, timeout, guests: services.length },
    signal: context.signal,
  });
  const members = await withServices(docker, temporary, services);
  const { facts } = await temporary.run(
    (run) =>
      bootstrap(run, connect, plan, scenarioServices(docker, { ...members, engine }, context)),
    context,
  );
  if (facts.tip !== tip) {
    throw new Error(
      `the declared chain was recreated, but its tip is ${facts.tip} instead of ${tip}: ` +
        "is something in the scenario not reproducible? npm run reset returns to the old snapshot",
    );
  }
  return await commitNetwork(docker, members, details, context);
}

/** Whether an argument of bitcoind says what the node does, and not where it is or whom it talks to. */
function isOfNode(argument: string): boolean {
  return !/^-(?:rpcauth|uacomment|addnode)=/.test(argument);
}
