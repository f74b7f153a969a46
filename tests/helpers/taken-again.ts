import type { NetworkPool, TestNetwork } from "../../testing/index.ts";

/** The network of that id, once it is its turn. One at a time: as many as were taken at once stand ready later. */
export async function takenAgain(pool: NetworkPool, id: string): Promise<TestNetwork> {
  for (;;) {
    const network = await pool.take();
    if (network.id === id) return network;
    await network.dispose();
    await pool.filled();
  }
}
