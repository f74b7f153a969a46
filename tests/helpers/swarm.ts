/** A Docker Swarm of real engines, each as if on a machine of its own. */
import path from "node:path";

import type Docker from "dockerode";

import { waitFor } from "../../base/wait.ts";
import type { Certificates } from "./certificates.ts";
import { networkSwitch } from "./network-switch.ts";
import { type SwarmEngine, startSwarmEngine } from "./swarm-engine.ts";
import { tempFolder } from "./temp-folder.ts";

export interface SwarmOptions {
  /** How many engines there are. Default: 3. */
  readonly engines?: number;
  /** How many of them manage the swarm, from the first on; 0: there is no swarm. Default: 1. */
  readonly managers?: number;
  /** How many of them are in the swarm, from the first on. Default: all. */
  readonly members?: number;
  /** Each engine listens at its address too, to those with a certificate of these. Default: on its socket only. */
  readonly certificates?: Certificates;
  /** Arguments of each dockerd on top. */
  readonly flags?: readonly string[];
}

export interface Swarm extends AsyncDisposable {
  /** The first is a manager. */
  readonly engines: readonly SwarmEngine[];
  /** This machine's address as the engines reach it. They take images from registries here without TLS. */
  readonly here: string;
}

/** Seconds between two signs of life of a member; after three without one it counts as down. Docker's default is 5. */
const heartbeat = 2;

/**
 * Starts engines and joins them. No service finds its tasks by virtual addresses where the kernel has no IPVS:
 * give them endpoint mode `dnsrr`, and publish ports in mode `host`.
 *
 * In the end there is nothing left of it: no process, network, file system or file.
 */
export async function startSwarm({
  engines: count = 3,
  managers = 1,
  members = count,
  certificates,
  flags = [],
}: SwarmOptions = {}): Promise<Swarm> {
  await using undo = new AsyncDisposableStack();
  const folder = undo.use(await tempFolder());
  const plugged = await networkSwitch(undo);
  const names = Array.from({ length: count }, (_, index) => `engine-${index + 1}`);
  const stacks = names.map(() => new AsyncDisposableStack());
  undo.defer(() => allDisposed(stacks));
  const starts = names.map((name, index) => {
    const options = { name, folder: path.join(folder.path, name), plugged, certificates, flags };
    return startSwarmEngine(options, stacks[index] ?? undo);
  });
  await Promise.allSettled(starts);
  const engines = await Promise.all(starts);
  if (managers > 0) await joined(engines.slice(0, members), managers);
  const owned = undo.move();
  return {
    engines,
    here: plugged.here,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** At once. */
async function allDisposed(stacks: readonly AsyncDisposableStack[]): Promise<void> {
  const disposals = stacks.map((stack) => stack.disposeAsync());
  await Promise.allSettled(disposals);
  await Promise.all(disposals);
}

async function joined(engines: readonly SwarmEngine[], managers: number): Promise<void> {
  const [first, ...others] = engines;
  if (first === undefined) return;
  const { docker } = first;
  await docker.swarmInit({
    ...listening(first),
    Spec: { Dispatcher: { HeartbeatPeriod: heartbeat * 1e9 } },
  });
  const { JoinTokens } = (await docker.swarmInspect()) as JoinTokens;
  // One after the other: two managers that join at once may be refused.
  for (const [index, engine] of others.entries()) {
    await engine.docker.swarmJoin({
      ...listening(engine),
      RemoteAddrs: [`${first.address}:2377`],
      JoinToken: index + 1 < managers ? JoinTokens.Manager : JoinTokens.Worker,
    });
  }
  await waitFor(() => allReady(docker, engines.length), {
    what: "all engines to be ready in the swarm",
    limitMs: 60_000,
  });
}

interface JoinTokens {
  readonly JoinTokens: { readonly Manager: string; readonly Worker: string };
}

function listening({ address }: SwarmEngine): { ListenAddr: string; AdvertiseAddr: string } {
  return { ListenAddr: `${address}:2377`, AdvertiseAddr: address };
}

async function allReady(docker: Docker, count: number): Promise<true | { pending: string }> {
  const nodes = (await docker.listNodes()) as { Status: { State: string } }[];
  const states = nodes.map(({ Status }) => Status.State);
  const ready = states.filter((state) => state === "ready").length;
  return ready === count || { pending: states.join(", ") };
}
