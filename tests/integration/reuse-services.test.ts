/** Networks of a pool with services: nodes are reset, services made anew, and nobody sees anything of who had them. */
import { setTimeout as sleep } from "node:timers/promises";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { connectEngine } from "../../engine/client.ts";
import { label, labelFilter } from "../../engine/labels.ts";
import {
  cloneNetwork,
  createPool,
  type NetworkPool,
  prepareSnapshot,
  type TestNetwork,
} from "../../testing/index.ts";
import { abortedAt } from "../helpers/engine-events.ts";
import { removeSnapshot, thingsOf } from "../helpers/kit-snapshot.ts";
import {
  looseVolumes,
  noMoreLooseVolumes,
  ownContainers,
  ownLabels,
} from "../helpers/left-over.ts";
import { sharedNodeImage } from "../helpers/node-image.ts";
import { ask, shop, shopBase } from "../helpers/shop.ts";
import { takenAgain } from "../helpers/taken-again.ts";

const docker = await connectEngine();
let loose: Set<string>;
let snapshot: string;
let pool: NetworkPool;
beforeAll(async () => {
  loose = await looseVolumes(docker);
  await sharedNodeImage();
  const afterStart = ["sh", "-c", "echo begun >> /tmp/starts"];
  const environment = { PASSWORD: "{{rpcPassword}}" };
  const services = [shop(await shopBase(docker), "", { afterStart, environment })];
  snapshot = await prepareSnapshot({ services });
  pool = await createPool({ snapshot, size: 1 });
});
afterAll(async () => {
  await pool.dispose();
  await removeSnapshot(docker, snapshot);
  await noMoreLooseVolumes(docker, loose);
});

/** What a test can do to a service: whatever it is, the next has another one. */
const damages: Readonly<Record<string, (network: TestNetwork) => Promise<unknown>>> = {
  "orders, files and programs": async (network) => {
    const { url } = network.service("shop");
    await ask(url, "/order");
    await inShop(network, "echo 1 > /tmp/left; echo 1 > /data/left; echo 1 > /dev/shm/left");
    await inShop(network, "(sleep 600 > /dev/null 2>&1 &) > /dev/null 2>&1");
    await network.mine(2);
  },
  "a stopped one": (network) => network.stop("shop"),
  "a paused one": (network) => network.pause("shop"),
  "one that was removed": (network) =>
    docker.getContainer(network.service("shop").containerName).remove({ force: true, v: true }),
  "one with another name": async (network) => {
    const { containerName } = network.service("shop");
    await docker.getContainer(containerName).rename({ name: `${containerName}-other` });
  },
};

/** Those that tell most; the others are tried by `npm run test:all`. */
const telling = ["orders, files and programs", "one that was removed"];

describe("a network with a service", () => {
  for (const [name, damage] of Object.entries(damages)) {
    const tags = telling.includes(name) ? [] : ["long"];
    it(`is used again, and the next has nothing of ${name}`, { tags }, async () => {
      const network = await pool.take();
      await pool.filled();
      const before = pool.counts;
      const { id, alice } = network;
      const { url, containerName } = network.service("shop");
      const { Id } = await docker.getContainer(containerName).inspect();
      await damage(network);
      await network.dispose();
      await pool.filled();
      expect(pool.counts).toMatchObject({ reused: before.reused + 1, reasons: before.reasons });

      await using next = await takenAgain(pool, id);
      expect(next.alice.password).not.toBe(alice.password);
      await expectUnused(next);
      expect((await docker.getContainer(containerName).inspect()).Id).not.toBe(Id);
      await expect(ask(url, "/orders")).rejects.toThrow("fetch failed");
      // With the node, and the chain that it has.
      await next.mine(1);
      expect(await ask(next.service("shop").url, "/height")).toBe("108");
      await next.reset();
      expect(await ask(next.service("shop").url, "/height")).toBe("107");
    });
  }

  it("is removed with its services when its nodes are not as they were", async () => {
    const network = await pool.take();
    const before = pool.counts;
    await docker.getContainer(network.alice.containerId).update({ CpuShares: 100 });
    await network.dispose();
    expect(pool.counts).toMatchObject({ removed: before.removed + 1 });
    expect(pool.counts.reasons.at(-1)).toMatch(/alice: the container's settings changed/);
    expect(await thingsOf(docker, network.id)).toBe(0);
  });

  it("is removed when somebody takes a service's place", { tags: ["long"] }, async () => {
    const network = await pool.take();
    await pool.filled();
    const before = pool.counts;
    const { containerName } = network.service("shop");
    const service = docker.getContainer(containerName);
    const { Image } = await service.inspect();
    await service.remove({ force: true, v: true });
    const other = await docker.createContainer({ Image, name: containerName, Cmd: ["-"] });
    try {
      await network.dispose();
      await pool.filled();
      expect(pool.counts).toMatchObject({ reused: before.reused });
      expect(pool.counts.reasons.at(-1)).toContain("is already in use");
    } finally {
      await other.remove({ force: true, v: true });
    }
  });

  it("is what a new one is", async () => {
    await using network = await cloneNetwork({ snapshot });
    await expectUnused(network);
  });
});

it("a start that is given up while a service is being made leaves nothing of it", async () => {
  await pool.filled();
  const before = await looseVolumes(docker);
  const others = await ownContainers(docker);
  const filters = labelFilter({ ...ownLabels, [label.node]: "shop" });
  const { signal, end } = await abortedAt(docker, { ...filters, event: ["create"] });
  await expect(cloneNetwork({ snapshot, signal })).rejects.toThrow("given up");
  await end;
  // What was still being made would have come by then.
  await sleep(2_000);
  expect(await ownContainers(docker)).toEqual(others);
  await noMoreLooseVolumes(docker, before);
});

/** All that a test can see of its service. */
async function expectUnused(network: TestNetwork): Promise<void> {
  const shop = network.service("shop");
  expect(await ask(shop.url, "/orders")).toBe("0");
  expect(await ask(shop.url, "/height")).toBe("107");
  expect(await shop.logs()).toBe("opening, with a node at alice:18332\nopen");
  expect(await inShop(network, "cat /tmp/starts")).toBe("begun\n");
  expect(await inShop(network, "ls -A /data /tmp /dev/shm")).not.toContain("left");
  expect(await inShop(network, "cat /proc/[0-9]*/cmdline | tr '\\0' ' '")).not.toContain("sleep");
  const { password } = network.alice;
  expect(await inShop(network, 'cat /run/bitcoind/cookie; echo; echo "$PASSWORD"')).toBe(
    `user:${password}\n${password}\n`,
  );
}

async function inShop(network: TestNetwork, script: string): Promise<string> {
  return (await network.service("shop").exec(["sh", "-c", script])).stdout;
}
