/** Networks that are started ahead of time, so that a test gets one at once. */
import type Docker from "dockerode";

import { connectEngine } from "../engine/client.ts";
import { engineError } from "../engine/engine-error.ts";
import { type CloneOptions, cloneNetwork, wantedBy } from "./clone.ts";
import type { TestNetwork } from "./network.ts";

export interface PoolOptions<Name extends string = string> extends CloneOptions<Name> {
  /** How many networks stand ready. Default: 2. */
  readonly size?: number | undefined;
}

/**
 * A pool that begins to fill at once. Each network that is taken is replaced in the background; those that
 * wait are frozen, and cost memory but no CPU.
 */
export async function createPool<Name extends string = string>({
  size = 2,
  ...options
}: PoolOptions<Name> = {}): Promise<NetworkPool<Name>> {
  if (!Number.isInteger(size) || size < 1) {
    throw new RangeError(`size: ${size} is not allowed; give a whole number of at least 1`);
  }
  await wantedBy(options);
  const docker = await connectEngine();
  return new NetworkPool(docker, size, options);
}

export class NetworkPool<Name extends string = string> implements AsyncDisposable {
  readonly #docker: Docker;
  readonly #options: CloneOptions<Name>;
  readonly #ended = new AbortController();
  readonly #ahead: Promise<TestNetwork<Name>>[] = [];

  /** @internal */
  constructor(docker: Docker, size: number, options: CloneOptions<Name>) {
    this.#docker = docker;
    this.#options = options;
    while (this.#ahead.length < size) this.#startOne();
  }

  /**
   * The network that has been ready longest, or the first that is going to be. It is the caller's from
   * then on, to be disposed of like any other.
   * @throws Error why the network could not be started
   */
  async take(): Promise<TestNetwork<Name>> {
    this.#ended.signal.throwIfAborted();
    const next = this.#ahead.shift();
    this.#startOne();
    const network = await next;
    if (network === undefined) throw new Error("the pool is empty");
    try {
      // Frozen, it has stayed what was verified; and what had ended all the same cannot be thawed.
      await this.#eachContainer(network, "unpause");
      return network;
    } catch (error) {
      await network.dispose();
      throw engineError(error);
    }
  }

  /** Waits until as many networks as the pool's size stand ready. */
  async filled(): Promise<void> {
    await Promise.all(this.#ahead);
  }

  /** Removes the networks that nobody took, and ends the start of others. */
  async dispose(): Promise<void> {
    this.#ended.abort(new Error("the pool was disposed of"));
    const started = await Promise.allSettled(this.#ahead.splice(0));
    for (const start of started) if (start.status === "fulfilled") await start.value.dispose();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose();
  }

  #startOne(): void {
    const network = this.#start();
    // Told to whoever takes it.
    network.catch(() => undefined);
    this.#ahead.push(network);
  }

  async #start(): Promise<TestNetwork<Name>> {
    // Not ended with the pool: whoever took it has it for longer.
    const network = await cloneNetwork(this.#options);
    try {
      this.#ended.signal.throwIfAborted();
      await this.#eachContainer(network, "pause");
      return network;
    } catch (error) {
      await network.dispose();
      throw engineError(error);
    }
  }

  async #eachContainer({ nodes }: TestNetwork, verb: "pause" | "unpause"): Promise<void> {
    await Promise.all(
      nodes.map(async ({ containerId }) => {
        await this.#docker.getContainer(containerId)[verb]();
      }),
    );
  }
}
