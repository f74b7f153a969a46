/** Faults of services that tell the most; a kill at every step is in long/services.test.ts. */
import { randomBytes } from "node:crypto";
import { createServer } from "node:net";

import type Docker from "dockerode";
import { afterAll, beforeAll, expect, test } from "vitest";

import { label } from "../../engine/labels.ts";
import { refuseInterrupted, replacingState } from "../../bootstrap/services/replacing.ts";
import { connectEngine } from "../../engine/client.ts";
import { loopback } from "../../engine/host.ts";
import { cloneNetwork, prepareSnapshot } from "../../testing/index.ts";
import { cliFails, cliSucceeds } from "../helpers/cli.ts";
import { nextEvent } from "../helpers/engine-events.ts";
import { removeSnapshot, thingsOf } from "../helpers/kit-snapshot.ts";
import { looseVolumes, noMoreLooseVolumes } from "../helpers/left-over.ts";
import { ProcessGroup } from "../helpers/process-group.ts";
import { ask, shop, shopBase } from "../helpers/shop.ts";

/** So that its snapshot is this file's own. */
const environment = { RUN: randomBytes(4).toString("hex") };
let docker: Docker;
let base: string;
let services: ReturnType<typeof shop>[];
let name: string;
let before: Set<string>;
beforeAll(async () => {
  docker = await connectEngine();
  base = await shopBase(docker);
  before = await looseVolumes(docker);
  services = [shop(base, "", { environment })];
  name = await prepareSnapshot({ services });
});
afterAll(async () => {
  await removeSnapshot(docker, name);
  await noMoreLooseVolumes(docker, before);
});

test("a reset killed when a service's state is emptied: it does not start until the reset is repeated", async () => {
  const printed = await cliSucceeds("clone", "--snapshot", name, "--json");
  const { id } = JSON.parse(printed) as { readonly id: string };
  const inShop = (...command: string[]): Promise<string> =>
    cliSucceeds("exec", "--clone", id, "shop", ...command);
  await inShop("sh", "-c", "echo order >> /data/journal");
  const ofReset = [`${label.stackId}=${id}`, `${label.kind}=temporary`];
  const emptied = await nextEvent(docker, { event: ["die"], label: ofReset });
  const run = ProcessGroup.start(["sh", "toolchain/run.sh", "reset", "--clone", id]);
  await emptied();
  run.killAll();
  await run.ended();

  const told =
    "shop: a reset was interrupted while it replaced what the service keeps; repeat it: npm run reset";
  expect(await cliFails("start", "--clone", id, "shop")).toContain(told);
  await cliSucceeds("reset", "--clone", id);
  expect(await inShop("cat", "/data/journal")).toBe("opened");
  await cliSucceeds("restart", "--clone", id, "shop");
  await cliSucceeds("release", id);
  expect(await thingsOf(docker, id)).toBe(0);
});

test("a service's container replaced after a killed reset: it does not start until the reset is repeated", async () => {
  const id = `test-${randomBytes(4).toString("hex")}`;
  const data = `${id}-regtest-data-shop`;
  const made = async () => {
    const { id: containerId } = await docker.createContainer({
      name: id,
      Image: base,
      Cmd: ["-"],
      Labels: { [label.stackId]: id, [label.stack]: id },
      HostConfig: { Mounts: [{ Type: "volume", Source: data, Target: "/data" }] },
    });
    return { name: "shop", containerId, state: ["/data"], files: {} };
  };
  const volumes = async (): Promise<string[]> => {
    const filters = { label: [`${label.stackId}=${id}`] };
    const { Volumes } = await docker.listVolumes({ filters });
    return ((Volumes as typeof Volumes | null) ?? []).map(({ Name }) => Name);
  };
  const repeat = "repeat it: npm run reset";
  let service = await made();
  try {
    const killed = new Error("killed");
    const reset = replacingState(docker, [service], repeat, () => Promise.reject(killed));
    await expect(reset).rejects.toBe(killed);
    await docker.getContainer(service.containerId).remove();
    service = await made();
    await expect(refuseInterrupted(docker, [service])).rejects.toThrow(repeat);
    // As a volume of the stack's it goes with the stack at the latest.
    expect((await volumes())[0]?.startsWith(data)).toBe(true);
    await replacingState(docker, [service], repeat, () => Promise.resolve());
    await refuseInterrupted(docker, [service]);
    expect(await volumes()).toEqual([]);
  } finally {
    await docker.getContainer(service.containerId).remove();
    for (const name of [data, ...(await volumes())]) await docker.getVolume(name).remove();
  }
});

test("a port that is taken before a clone's service is started: it gets another", async () => {
  const ofClone = [`${label.snapshot}=${name}`, `${label.kind}=service`];
  const created = await nextEvent(docker, { event: ["create"], label: ofClone });
  const starting = cloneNetwork({ services });
  const { Actor } = await created();
  const { HostConfig } = await docker.getContainer(Actor.ID).inspect();
  const bindings = HostConfig.PortBindings as Record<string, { HostPort: string }[]>;
  const port = Number(bindings["8080/tcp"]?.[0]?.HostPort);
  const other = createServer().listen(port, loopback);
  try {
    await using network = await starting;
    const { url } = network.service("shop");
    expect(url).not.toContain(String(port));
    expect(await ask(url, "/orders")).toBe("0");
  } finally {
    other.close();
  }
});

test(
  "a service that floods its log is ready, keeps to its limit, and shows its last lines at once",
  { tags: ["long"] },
  async () => {
    const loud = await prepareSnapshot({ services: [shop(base, "loud", { environment })] });
    try {
      await using network = await cloneNetwork({
        services: [shop(base, "loud", { environment })],
      });
      const { containerName } = network.service("shop");
      expect(await ask(network.service("shop").url, "/orders")).toBe("0");
      const { HostConfig } = await docker.getContainer(containerName).inspect();
      expect(HostConfig.LogConfig).toEqual({
        Type: "json-file",
        Config: { "max-size": "10m", "max-file": "2" },
      });
      const began = performance.now();
      expect((await network.service("shop").logs(2)).split("\n")).toEqual([
        "x".repeat(1000),
        "open",
      ]);
      const last = await network.service("shop").logs(100_000);
      // It wrote 100 MB.
      expect(last.length).toBeLessThan(25_000_000);
      expect(performance.now() - began).toBeLessThan(20_000);
    } finally {
      await removeSnapshot(docker, loud);
    }
  },
);

test("clones and resets leave no volumes", async () => {
  await using network = await cloneNetwork({ services });
  const { url } = network.service("shop");
  await ask(url, "/order");
  await network.reset();
  expect(await ask(url, "/orders")).toBe("0");
  await network.dispose();
  await noMoreLooseVolumes(docker, before);
});
