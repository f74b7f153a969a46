/** Hosts that are not engines of one swarm with a manager first: each is named, with what to do. */
import type Docker from "dockerode";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { connectEngine } from "../../engine/client.ts";
import { fleetOf, silenceOf } from "../../engine/fleet.ts";
import { label, stackLabels } from "../../engine/labels.ts";
import { carryImage } from "../../bootstrap/snapshots/share/carry-image.ts";
import { connectTo } from "../../engine/engine-input.ts";
import { claimHandler } from "../../provider/regtest/claim-handler.ts";
import { membersOutside, swarmProblems } from "../../provider/regtest/swarm.ts";
import { removeLeftovers } from "../../stack/update/leftovers.ts";
import { secondEnginePossible } from "../helpers/second-engine.ts";
import { smallImage } from "../helpers/small-image.ts";
import { startSwarm, type Swarm } from "../helpers/swarm.ts";

describe.skipIf(!secondEnginePossible)("hosts", () => {
  let swarm: Swarm;
  let manager: Docker;
  let worker: Docker;
  let loner: Docker;
  beforeAll(async () => {
    swarm = await startSwarm({ engines: 3, members: 2 });
    [manager, worker, loner] = swarm.engines.map(({ docker }) => docker) as [
      Docker,
      Docker,
      Docker,
    ];
  });
  afterAll(async () => {
    await swarm[Symbol.asyncDispose]();
  });

  async function problems(...engines: readonly Docker[]): Promise<string[]> {
    const names = ["one", "two", "three"];
    return await swarmProblems(
      fleetOf(new Map(engines.map((engine, index) => [names[index] ?? "", engine]))),
    );
  }

  it("are right as a manager and a worker of one swarm", async () => {
    expect(await problems(manager, worker)).toEqual([]);
  });

  it("begin with a manager", async () => {
    expect(await problems(worker, manager)).toEqual([
      "hosts[0]: one is a worker of its swarm; name one of its managers first, or run docker node promote",
    ]);
  });

  it("are in a swarm", async () => {
    expect(await problems(loner, worker)).toEqual([
      "hosts[0]: one is in no swarm (inactive); run docker swarm init there, and docker swarm join on the others",
    ]);
    expect(await problems(manager, loner)).toEqual([
      "hosts[1]: two is in no swarm (inactive); run there what docker swarm join-token worker prints on one",
    ]);
  });

  it.each([
    ["in no swarm", 2, "hosts[0]: one is in no swarm (inactive)"],
    ["of a worker", 1, "hosts[0]: one is a worker of its swarm"],
  ])("are told so with a crowd too, %s", async (_what, index, problem) => {
    const hosts = [{ name: "one", host: swarm.engines[index]?.url, address: "" }];
    const { failures = [] } = await claimHandler.check(
      {
        ...{ stack: "refused", prefix: "refused-", network: "refused-regtest-network" },
        ...{ nodes: [], crowd: { service: "refused-crowd", replicas: 2 }, engine: { hosts } },
      },
      undefined,
      {
        ...{ urn: "", signal: AbortSignal.timeout(60_000) },
        ...{ status: () => undefined, info: () => undefined, warn: () => undefined },
      },
    );
    expect(failures.map(({ reason }) => reason)).toEqual([expect.stringContaining(problem)]);
  });

  it("are named once", async () => {
    expect(await problems(manager, worker, worker)).toEqual([
      "hosts[2]: three is the same engine as hosts[1]; name each engine once",
    ]);
  });

  it("need not be all of the swarm, and those that are left out are known", async () => {
    const { Swarm: own } = (await worker.info()) as { Swarm: { NodeID: string } };
    expect(await membersOutside(fleetOf(new Map([["one", manager]])))).toEqual([own.NodeID]);
    const all = fleetOf(new Map(Object.entries({ one: manager, two: worker })));
    expect(await membersOutside(all)).toEqual([]);
    expect(await membersOutside(all, ["one"])).toEqual([own.NodeID]);
  });

  it("are cleared of what a killed run left, the network after all that is on it", async () => {
    const fleet = fleetOf(new Map(Object.entries({ one: manager, two: worker })));
    const names = { stackId: "killed", prefix: "killed-", network: "killed-regtest-network" };
    const nodes = [{ containerName: "killed-alice" }];
    const filters = { label: [`${label.stackId}=killed`] };
    await manager.createNetwork({
      ...{ Name: names.network, Driver: "overlay", Attachable: true },
      Labels: stackLabels("killed", "killed", "network"),
    });
    await using image = await smallImage();
    const here = await connectEngine();
    const { Id } = await here.getImage(image.name).inspect();
    const transfer = { signal: AbortSignal.timeout(60_000), status: () => undefined };
    await carryImage(Id, { from: here, to: worker, name: "small:copy" }, transfer);
    const left = await worker.createContainer({
      ...{ name: "killed-alice", Image: Id, Cmd: ["sleep", "1000"] },
      Labels: stackLabels("killed", "killed", "node"),
      HostConfig: { NetworkMode: names.network },
    });
    await left.start();
    // The overlay is listed on the worker too.
    expect(await worker.listNetworks({ filters })).toHaveLength(1);

    const removed = await removeLeftovers(fleet, { ...names, nodes }, [], { volumes: true });
    expect(removed).toEqual(["container killed-alice", "network killed-regtest-network"]);
    expect(await fleet.listContainers({ all: true, filters })).toEqual([]);
    expect(await manager.listNetworks({ filters })).toEqual([]);
  });

  it("are in the same swarm", async () => {
    const address = swarm.engines[2]?.address ?? "";
    await loner.swarmInit({ ListenAddr: `${address}:2377`, AdvertiseAddr: address });
    expect(await problems(manager, loner)).toEqual([
      "hosts[1]: two is in another swarm than one; have it leave that one, and join the swarm of one",
    ]);
  });

  it("answer, the first one in any case", async () => {
    const [first] = swarm.engines;
    const there = { name: "one", host: first?.url };
    const silent = { name: "two", host: "tcp://127.0.0.1:1", address: "127.0.0.1" };
    const { signal } = new AbortController();
    const inputs = { engine: { hosts: [there, silent] } };
    await expect(connectTo(inputs, signal)).rejects.toThrow(
      "hosts[1], two: No Docker engine answers at tcp://127.0.0.1:1 (the given host): nothing listens there",
    );
    const fleet = await connectTo(inputs, signal, { silentToo: true });
    expect(silenceOf(fleet, "two")).toContain("nothing listens there");
    expect(silenceOf(fleet, "one")).toBeUndefined();
    const turned = { engine: { hosts: [silent, there] } };
    await expect(connectTo(turned, signal, { silentToo: true })).rejects.toThrow("hosts[0], two: ");
  });
});
