/** The explorer of a stack or of a clone, served by this process. */
import type Docker from "dockerode";

import { interruptible } from "../../base/interruptible.ts";
import { longestWaitMs, waitFor } from "../../base/wait.ts";
import type { OpenNetwork } from "../../bootstrap/open-network.ts";
import type { NetworkDeclaration } from "../../bootstrap/status/report.ts";
import { type Node, openNodes } from "../../bootstrap/nodes/node.ts";
import { unknownNode } from "../../bootstrap/nodes/run.ts";
import { fundAddress, readAmount } from "../../bootstrap/verbs/fund.ts";
import { mineForAll } from "../../bootstrap/verbs/mine.ts";
import { engineError, isNotFound } from "../../engine/engine-error.ts";
import { isFreePort } from "../../engine/free-ports.ts";
import { loopback } from "../../engine/host.ts";
import { type Explorer, openExplorer } from "../../explorer/explorer.ts";
import { networkPage } from "../../explorer/page/network-actions.ts";
import type { PageNetwork } from "../../explorer/page/page-network.ts";
import { untilInterrupted } from "../shared/ending.ts";
import { type OpenedNetwork, openNetwork, type Typed } from "../shared/on-network.ts";
import { reporting } from "../shared/reporting.ts";
import { keepHeapSmall } from "../shared/small-heap.ts";

type NetworkOptions = Typed["options"];

export interface ExplorerCommandOptions extends NetworkOptions {
  readonly node?: string;
  readonly httpPort?: number;
  readonly electrumPort?: number;
  readonly faucet?: boolean;
  readonly mine?: boolean;
}

/**
 * Tells where the explorer is, and ends with Ctrl-C, or with an error when the node's container is gone. Ctrl-C before
 * it serves is an error, as of any command.
 */
export async function serveExplorer(options: ExplorerCommandOptions): Promise<void> {
  keepHeapSmall();
  const { json = false, clone } = options;
  await reporting(
    json,
    ({ steps, resultSoFar }) =>
      interruptible(async (signal) => {
        await refuseTaken("--http-port", options.httpPort);
        await refuseTaken("--electrum-port", options.electrumPort);
        const { network, environment } = await openNetwork(
          options,
          { steps, signal },
          (opened) => opened,
        );
        await using opened = await openNodeOf(network, options.node, signal);
        const { node } = opened;
        const shown = await pageNetwork(network, node, options.stack, environment);
        await using explorer = await steps.step(`read the chain of ${node.name}`, () =>
          openExplorer({ ...explorerOptions(network, node, options, signal), page: shown }),
        );
        const { page, url, electrum } = explorer;
        resultSoFar(told(network, node, explorer), {
          command: "explorer",
          ...network.parts.names,
          ...{ node: node.name, page, url, electrum },
        });
        await untilInterrupted(() => containerGone(network.parts.docker, node, signal));
      }),
    { onlyResult: clone !== undefined },
  );
}

/** @throws Error when another program has the port */
async function refuseTaken(option: string, port: number | undefined): Promise<void> {
  if (port === undefined || (await isFreePort(port))) return;
  throw new Error(
    `${option}: port ${port} on ${loopback} is taken; give another port, or stop what has it`,
  );
}

/** By itself, and not as a run over all nodes: that would end when one of them is restarted, as by a reset. */
async function openNodeOf(
  { parts: { docker, inputs } }: OpenNetwork,
  name: string | undefined,
  signal: AbortSignal,
): Promise<{ readonly node: Node } & AsyncDisposable> {
  const spec = inputs.nodes.find((spec) => name === undefined || spec.name === name);
  if (spec === undefined) throw new Error(unknownNode(name ?? "", inputs.nodes));
  const credentials = { user: inputs.rpcUser, password: inputs.rpcPassword };
  const options = { signal, timeoutMs: inputs.timeout * 1_000 };
  const opened = await openNodes(docker, [spec], credentials, options);
  const [node] = opened.nodes;
  if (node === undefined) throw new Error(`${spec.name} was not opened`);
  return { node, [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose]() };
}

function explorerOptions(
  network: OpenNetwork,
  { rpc }: Node,
  { httpPort, electrumPort, faucet, mine }: ExplorerCommandOptions,
  signal: AbortSignal,
): Parameters<typeof openExplorer>[0] {
  return {
    ...{ node: rpc, signal, ports: { http: httpPort, electrum: electrumPort } },
    faucet:
      faucet === true
        ? async (to, amount) => {
            const sat = readAmount(amount);
            const { txids } = await network.on((run) => fundAddress(run, to, sat));
            return txids[0] ?? "";
          }
        : undefined,
    mine:
      mine === true
        ? async () => {
            await network.on((run) => mineForAll(run, 1));
          }
        : undefined,
  };
}

/** What the page shows, and does by the same functions as the commands. */
async function pageNetwork(
  network: OpenNetwork,
  { name: node }: Node,
  stack: string,
  environment: OpenedNetwork["environment"],
): Promise<PageNetwork> {
  if (environment === undefined) {
    const { cloneDeclaration } = await import("../../testing/clone-declaration.ts");
    return networkPage(network, { node, declared: () => cloneDeclaration(network.parts) });
  }
  const { declaredStack } = await import("../../stack/declared-stack.ts");
  const read = async (): Promise<NetworkDeclaration> =>
    (await declaredStack(environment, stack)).declared;
  // It takes a second, which who opens the page need not wait.
  let early: Promise<NetworkDeclaration> | undefined = read();
  early.catch(() => undefined);
  const declared = async (): Promise<NetworkDeclaration> => {
    const declaration = early ?? read();
    early = undefined;
    return await declaration;
  };
  return networkPage(network, {
    ...{ node, declared },
    reopen: async (context) => {
      const { openStack } = await import("../../stack/actions/open-stack.ts");
      return await openStack(environment, stack, context);
    },
  });
}

function told({ title }: OpenNetwork, { name }: Node, { page, url, electrum }: Explorer): string {
  const { host } = new URL(electrum);
  return [
    `The explorer of ${title} serves the chain of ${name}, until Ctrl-C`,
    "",
    `  Page       ${page}`,
    `  Esplora    ${url}`,
    `  Electrum   ${electrum}`,
    "",
    "Try it:",
    `  curl ${url}/blocks/tip/height`,
    `  electrum --regtest --oneserver --server ${host}:t`,
    "",
    "",
  ].join("\n");
}

/** Waits until the container is removed, which a restart or a reset of its node does not do. */
async function containerGone(docker: Docker, node: Node, signal: AbortSignal): Promise<never> {
  await waitFor(
    async () => {
      try {
        await docker.getContainer(node.containerId).inspect();
        return undefined;
      } catch (error) {
        if (isNotFound(error)) return true;
        throw engineError(error);
      }
    },
    { what: `${node.name} to be removed`, limitMs: longestWaitMs, maxEveryMs: 1_000, signal },
  );
  throw new Error(`${node.name}: its container is gone, and the explorer with it`);
}
