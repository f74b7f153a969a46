/** Networks that are started ahead of time, or used again, so that a test gets one at once. */
import type Docker from "dockerode";

import { allEnded } from "../base/all-ended.ts";
import { containersOf, lookAtContainers, unpause } from "../bootstrap/containers/stop-start.ts";
import { connectEngine } from "../engine/client.ts";
import { engineError } from "../engine/engine-error.ts";
import { messageOf } from "../base/message.ts";
import { type CloneOptions, cloneNetwork, wantedBy } from "./clone.ts";
import type { Baseline } from "./left-behind.ts";
import { type Parts, removeParts, type TestNetwork } from "./network.ts";
import { beforeUse, NotReusableError, refuseLeftBehind, usedAgain } from "./reuse.ts";

export interface PoolOptions<Name extends string = string> extends CloneOptions<Name> {
  /** How many networks stand ready. Default: 2. */
  readonly size?: number | undefined;
  /**
   * Whether a network that was disposed of is reset, verified and given to somebody else, with another password. One in
   * which anything was left behind that a reset does not replace is removed. `false`: each network is a new one.
   * Default: true.
   */
  readonly reuse?: boolean | undefined;
}

/**
 * A pool that begins to fill at once. Each network that is taken is replaced in the background; those that
 * wait are frozen, and cost memory but no CPU.
 */
export async function createPool<Name extends string = string>({
  size = 2,
  reuse = true,
  ...options
}: PoolOptions<Name> = {}): Promise<NetworkPool<Name>> {
  if (!Number.isInteger(size) || size < 1) {
    throw new RangeError(`size: ${size} is not allowed; give a whole number of at least 1`);
  }
  await wantedBy(options);
  const docker = await connectEngine();
  return new NetworkPool(docker, { size, reuse }, options);
}

/** A network that nobody has, or why one could not be started, which whoever takes it is told. */
type Ready<Name extends string> = Standing<Name> | { readonly error: unknown };

/** A network that is frozen when it has stood ready for a while: doing and undoing that takes a tenth of a reset's CPU time. */
interface Standing<Name extends string> {
  readonly network: TestNetwork<Name>;
  /** Until it is frozen. */
  timer: NodeJS.Timeout | undefined;
  /** Begun by the timer: whether it is to be thawed. Never rejects. */
  frozen: Promise<boolean> | undefined;
}

/** Milliseconds that a network stands ready before it is frozen. */
const freezeAfterMs = 3_000;

type Waiting<Name extends string> = Omit<PromiseWithResolvers<TestNetwork<Name>>, "promise">;

/** What a pool has done so far. */
export interface PoolCounts {
  /** Networks that were started. */
  readonly started: number;
  /** How often one was reset for somebody else. */
  readonly reused: number;
  /** Networks that were given back and removed. */
  readonly removed: number;
  /** Why the last ones of these were not used again, the newest last; 20 at most. */
  readonly reasons: readonly string[];
}

const mostReasons = 20;

export class NetworkPool<Name extends string = string> implements AsyncDisposable {
  readonly #docker: Docker;
  readonly #size: number;
  readonly #reuse: boolean;
  readonly #options: CloneOptions<Name>;
  readonly #ended = new AbortController();
  /** Frozen, or soon to be; the one that has been ready longest comes first. */
  readonly #ready: Ready<Name>[] = [];
  readonly #waiting: Waiting<Name>[] = [];
  /** Starts, resets and removals that are under way. */
  readonly #coming = new Set<Promise<void>>();
  readonly #leaving = new Set<Promise<void>>();
  #taken = 0;
  /** The most that were taken at once. */
  #most = 0;
  readonly #counts = { started: 0, reused: 0, removed: 0 };
  readonly #reasons: string[] = [];

  /** @internal */
  constructor(
    docker: Docker,
    { size, reuse }: { readonly size: number; readonly reuse: boolean },
    options: CloneOptions<Name>,
  ) {
    this.#docker = docker;
    this.#size = size;
    this.#reuse = reuse;
    this.#options = options;
    this.#fill();
  }

  /**
   * The network that has been ready longest, or the first that is going to be. It is the caller's until it is disposed
   * of, like any other; then the pool gives it to somebody else, or removes it.
   * @throws Error why the network could not be started
   */
  async take(): Promise<TestNetwork<Name>> {
    this.#ended.signal.throwIfAborted();
    const next = this.#ready.shift();
    this.#most = Math.max(this.#most, ++this.#taken);
    try {
      if (next === undefined) {
        const { promise, ...waiting } = Promise.withResolvers<TestNetwork<Name>>();
        this.#waiting.push(waiting);
        this.#fill();
        return await promise;
      }
      this.#fill();
      if ("error" in next) throw next.error;
      return await this.#thawed(next);
    } catch (error) {
      this.#taken--;
      throw error;
    }
  }

  /** Waits until as many networks as the pool's size stand ready. */
  async filled(): Promise<void> {
    while (this.#coming.size > 0) await Promise.all(this.#coming);
    for (const ready of this.#ready) if ("error" in ready) throw ready.error;
  }

  /** What it has done so far. */
  get counts(): PoolCounts {
    return { ...this.#counts, reasons: [...this.#reasons] };
  }

  /** Removes the networks that nobody has, and ends the start of others. */
  async dispose(): Promise<void> {
    const ended = new Error("the pool was disposed of");
    this.#ended.abort(ended);
    for (const waiting of this.#waiting.splice(0)) waiting.reject(ended);
    await Promise.all(this.#coming);
    for (const ready of this.#ready.splice(0)) {
      if (!("network" in ready)) continue;
      clearTimeout(ready.timer);
      await ready.frozen;
      this.#remove(ready.network.parts);
    }
    await Promise.all(this.#leaving);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose();
  }

  /** Starts as many as are missing until the pool's size stands ready beside those that somebody waits for. */
  #fill(): void {
    if (this.#ended.signal.aborted) return;
    const wanted = this.#size + this.#waiting.length;
    while (this.#ready.length + this.#coming.size < wanted) this.#come(this.#start());
  }

  /** @param coming a network that runs; undefined: it was removed */
  #come(coming: Promise<TestNetwork<Name> | undefined>): void {
    const arrived = coming.then(
      (network) => {
        if (network !== undefined) this.#arrive(network);
      },
      (error: unknown) => {
        this.#tell({ error });
      },
    );
    const done = arrived.finally(() => {
      this.#coming.delete(done);
      this.#fill();
    });
    this.#coming.add(done);
  }

  /** Gives it to whoever has waited longest, or has it stand ready. */
  #arrive(network: TestNetwork<Name>): void {
    if (this.#ended.signal.aborted || this.#ready.length >= this.#size + this.#most) {
      this.#remove(network.parts);
      return;
    }
    const first = this.#waiting.shift();
    if (first !== undefined) {
      first.resolve(network);
      return;
    }
    const standing: Standing<Name> = { network, timer: undefined, frozen: undefined };
    standing.timer = setTimeout(() => {
      standing.frozen = this.#freeze(standing);
    }, freezeAfterMs);
    // A pool that nobody disposes of keeps no process.
    standing.timer.unref();
    this.#ready.push(standing);
  }

  /** Where the engine refuses that, as a rootless one without cgroups does, the network stays ready as it is. */
  async #freeze(standing: Standing<Name>): Promise<boolean> {
    const { network } = standing;
    try {
      await this.#eachContainer(network, "pause");
    } catch (error) {
      if (await this.#runsAgain(network)) return false;
      const at = this.#ready.indexOf(standing);
      // Whoever has taken it meanwhile is told when it cannot be thawed.
      if (at < 0) return true;
      this.#ready.splice(at, 1);
      this.#remove(network.parts);
      this.#tell({ error: engineError(error) });
    }
    return true;
  }

  /** Whether all of its nodes run, those that are frozen thawed first. */
  async #runsAgain(network: TestNetwork): Promise<boolean> {
    try {
      const containers = containersOf(this.#docker, network.nodes);
      const { signal } = network.parts;
      await unpause(await lookAtContainers(containers, signal));
      const seen = await lookAtContainers(containers, signal);
      return seen.every(({ info: { State } }) => State.Running && !State.Paused);
    } catch {
      return false;
    }
  }

  #tell(ready: { readonly error: unknown }): void {
    const waiting = this.#waiting.shift();
    if (waiting === undefined) this.#ready.push(ready);
    else waiting.reject(ready.error);
  }

  async #start(): Promise<TestNetwork<Name>> {
    // Not ended with the pool: whoever took it has it for longer.
    const network = await cloneNetwork(this.#options);
    this.#counts.started++;
    try {
      this.#ended.signal.throwIfAborted();
      const baseline = this.#reuse ? await this.#baselineOf(network.parts) : undefined;
      this.#lend(network, baseline);
      return network;
    } catch (error) {
      await removeParts(network.parts);
      throw engineError(error);
    }
  }

  async #baselineOf(parts: Parts): Promise<Baseline | undefined> {
    try {
      return await beforeUse(parts);
    } catch (error) {
      if (!(error instanceof NotReusableError)) throw error;
      this.#note(error);
      return undefined;
    }
  }

  /** @param baseline undefined: it is not used again */
  #lend(network: TestNetwork<Name>, baseline: Baseline | undefined): void {
    network.giveBackTo(async (parts) => {
      this.#taken--;
      if (baseline !== undefined && (await this.#isFit(parts, baseline))) {
        await parts.open[Symbol.asyncDispose]();
        this.#come(this.#again(parts, baseline));
        return;
      }
      this.#counts.removed++;
      await removeParts(parts);
    });
  }

  async #isFit(parts: Parts, baseline: Baseline): Promise<boolean> {
    if (this.#ended.signal.aborted) return false;
    try {
      await refuseLeftBehind(parts, baseline);
      return !this.#ended.signal.aborted;
    } catch (error) {
      this.#note(error);
      return false;
    }
  }

  async #again(parts: Parts, baseline: Baseline): Promise<TestNetwork<Name> | undefined> {
    try {
      const network = await usedAgain<Name>(parts, baseline);
      this.#counts.reused++;
      this.#lend(network, baseline);
      return network;
    } catch (error) {
      this.#note(error);
      this.#counts.removed++;
      this.#remove(parts);
      return undefined;
    }
  }

  #note(error: unknown): void {
    this.#reasons.push(messageOf(error));
    if (this.#reasons.length > mostReasons) this.#reasons.shift();
  }

  /** In the background; what cannot be removed goes with the process, as what was left by a killed one. */
  #remove(parts: Parts): void {
    const remove = async (): Promise<void> => {
      try {
        await removeParts(parts);
      } catch (error) {
        process.emitWarning(`${parts.temporary.id} could not be removed: ${messageOf(error)}`);
      }
    };
    const gone = remove().finally(() => this.#leaving.delete(gone));
    this.#leaving.add(gone);
  }

  /** Frozen, it has stayed what was verified; and what had ended all the same cannot be thawed. */
  async #thawed({ network, timer, frozen }: Standing<Name>): Promise<TestNetwork<Name>> {
    clearTimeout(timer);
    if (frozen === undefined) return network;
    try {
      if (!(await frozen)) return network;
      await this.#eachContainer(network, "unpause");
      return network;
    } catch (error) {
      this.#remove(network.parts);
      throw engineError(error);
    }
  }

  async #eachContainer({ nodes }: TestNetwork, verb: "pause" | "unpause"): Promise<void> {
    // Also those that go on when one has failed: nothing is frozen later.
    await allEnded(
      nodes.map(async ({ containerId }) => {
        await this.#docker.getContainer(containerId)[verb]();
      }),
    );
  }
}
