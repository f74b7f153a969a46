/** Commands on the containers of a network, whether its nodes run or not: a stack's, or a clone's. */
import type { Steps } from "../../base/progress/steps.ts";
import type { MemberContainer } from "../../bootstrap/status/member-containers.ts";
import { untilInterrupted, endWithReader } from "./ending.ts";
import type { Typed } from "./on-network.ts";

export interface OpenContainers {
  /** In the order of their declaration. */
  readonly containers: readonly MemberContainer[];
  /** The command that starts a node of this network, as it is typed. */
  readonly starting: (node: string) => string;
  /** The command that shows its log. */
  readonly showing: (node: string) => string;
  readonly progress: Steps;
  readonly signal: AbortSignal;
}

type Work = (network: OpenContainers) => Promise<void>;

/** Does the work until it ends, Ctrl-C, or whoever reads the output has seen enough. */
export async function onContainers(options: Typed["options"], work: Work): Promise<void> {
  const { stack, clone } = options;
  const read: Work = (network) => work({ ...network, signal: endWithReader(network.signal) });
  await untilInterrupted(() => (clone === undefined ? onStack(stack, read) : onClone(clone, read)));
}

async function onStack(stack: string, work: Work): Promise<void> {
  const { stackContainers } = await import("../../stack/stack-containers.ts");
  const { withToolchain } = await import("./context.ts");
  await withToolchain(
    async ({ environment, signal, progress }) => {
      await work({
        containers: await stackContainers(environment, stack, signal),
        starting: () => `npm run up -- --stack ${stack}`,
        showing: (node) => `npm run logs -- --stack ${stack} ${node}`,
        ...{ signal, progress },
      });
    },
    { program: false },
  );
}

async function onClone(id: string, work: Work): Promise<void> {
  const { interruptible } = await import("../../base/interruptible.ts");
  const { inSequence } = await import("../../base/progress/steps.ts");
  const { streamProgress } = await import("../../base/progress/stream.ts");
  const { containersOf } = await import("../../bootstrap/status/member-containers.ts");
  const { openClone } = await import("../../testing/open-clone.ts");
  const progress = streamProgress(process.stderr);
  await interruptible((signal) =>
    inSequence(progress, async (status) => {
      const { docker, inputs } = (await openClone(id, { signal, status })).parts;
      const [nodes = [], services] = [inputs.nodes, inputs.services ?? []].map((members) =>
        members.map(({ name }) => ({ name, containerName: `${id}-${name}` })),
      );
      await work({
        containers: await containersOf(docker, id, nodes, services),
        starting: (node) => `npx regtest-network start ${node} --clone ${id}`,
        showing: (node) => `npx regtest-network logs ${node} --clone ${id}`,
        ...{ signal, progress },
      });
    }),
  );
}
