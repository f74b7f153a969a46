/** SIGKILL of whoever starts, stops, commits or resets services, at each of its steps: the next run ends as it should. */
import { randomBytes } from "node:crypto";

import type Docker from "dockerode";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";

import { execIn } from "../../../engine/exec.ts";
import { connectEngine } from "../../../engine/client.ts";
import { label, labelFilter } from "../../../engine/labels.ts";
import { prepareSnapshot } from "../../../testing/index.ts";
import { cliSucceeds } from "../../helpers/cli.ts";
import { type EngineEvent, nextEvent } from "../../helpers/engine-events.ts";
import { removeSnapshot } from "../../helpers/kit-snapshot.ts";
import { isOwner, looseVolumes, noMoreLooseVolumes, ownedBy } from "../../helpers/left-over.ts";
import { ProcessGroup } from "../../helpers/process-group.ts";
import { type Shop, shop, shopBase } from "../../helpers/shop.ts";
import { ProjectStack } from "../../helpers/stack.ts";

let docker: Docker;
let declared: Shop;
let loose: Set<string>;
beforeAll(async () => {
  docker = await connectEngine();
  const environment = { RUN: randomBytes(4).toString("hex") };
  // Without the mode: a stack takes no empty argument.
  const command = ["perl", "/shop.pl", "{{alice.rpc}}"];
  declared = shop(await shopBase(docker), "", { environment, command });
  loose = await looseVolumes(docker);
});
afterEach(async () => {
  await noMoreLooseVolumes(docker, loose);
});

type Attributes = EngineEvent["Actor"]["Attributes"];
/** Of which container, by its name and labels. */
type Which = (attributes: Attributes) => boolean;

const theShop: Which = ({ name = "" }) => name.endsWith("-shop");
const passing: Which = ({ name = "" }) => name.startsWith("regtest-passing-");
/** What a service's image is committed from, or what its volumes are filled from, by the labels of its image. */
const passingShop: Which = (of) => passing(of) && of[label.node] === "shop";
/** It has the image of a node, and runs. The first two are those that the images of the nodes are read through. */
const wiper: Which = (of) => passing(of) && of[label.node] !== "shop";

interface Step {
  readonly what: string;
  /** What the engine tells of the container. */
  readonly action: string;
  readonly which: Which;
  /** Which of several. Default: the first. */
  readonly nth?: number;
}

const starting: Step[] = [
  { what: "the service is created", action: "create", which: theShop },
  { what: "it is started", action: "start", which: theShop },
];
const filling: Step = {
  what: "its volumes are to be filled",
  action: "create",
  which: passingShop,
};
const committing: Step[] = [
  { what: "the container to commit is created", action: "create", which: passingShop },
  { what: "it is committed", action: "commit", which: passingShop },
  { what: "it is removed", action: "destroy", which: passingShop },
];
const resetting: Step[] = [
  { what: "the service ends", action: "die", which: theShop },
  { what: "the container that empties is created", action: "create", which: wiper, nth: 3 },
  { what: "it runs", action: "start", which: wiper },
  { what: "it has ended", action: "die", which: wiper },
  { what: "it is removed", action: "destroy", which: wiper, nth: 3 },
];

/** Kills the run, and all that it started, when the engine tells of the step. */
async function killAt(
  { action, which, nth = 1 }: Step,
  begin: () => ProcessGroup,
  isOf: (of: Attributes, run: ProcessGroup) => boolean,
): Promise<number> {
  const begun: ProcessGroup[] = [];
  let seen = 0;
  const there = await nextEvent(docker, { type: ["container"] }, ({ Action, Actor }) => {
    const { Attributes: of } = Actor;
    const [run] = begun;
    if (run === undefined || Action !== action || !which(of) || !isOf(of, run)) return false;
    return ++seen === nth;
  });
  const run = begin();
  begun.push(run);
  await Promise.race([
    there(),
    run.ended().then(({ printed }) => {
      throw new Error(`it ended before:\n${printed}`);
    }),
  ]);
  run.killAll();
  await run.ended();
  return run.pid;
}

describe("a process that uses the kit", () => {
  const begin = (until: string): ProcessGroup =>
    ProcessGroup.start([
      ...[process.execPath, "tests/faults/shop-run.ts", until],
      JSON.stringify([declared]),
    ]);
  const completes = async (): Promise<void> => {
    const { code, printed } = await begin("reset").ended();
    expect(code, printed).toBe(0);
    expect(printed).toContain("0 orders at height 107");
  };
  const imagesOf = async (name: string): Promise<string[]> => {
    const images = await docker.listImages({ filters: labelFilter({ [label.snapshot]: name }) });
    return images.flatMap(({ Id, RepoTags }) => RepoTags ?? [Id]).toSorted();
  };

  /** Kills it, and lets another one do the same, after which nothing of either is there. */
  const survives = async (until: string, step: Step): Promise<void> => {
    const pid = await killAt(
      step,
      () => begin(until),
      (of, run) => isOwner(of, run.pid),
    );
    await completes();
    expect(await ownedBy(docker, pid)).toEqual([]);
    const name = await prepareSnapshot({ services: [declared] });
    expect(await imagesOf(name)).toEqual(
      ["alice", "miner", "shop"].map((member) => `regtest-snapshot/${name}:${member}`),
    );
  };
  afterAll(async () => {
    await removeSnapshot(docker, await prepareSnapshot({ services: [declared] }));
  });

  test.each<Step>([
    { what: "the service is created", action: "create", which: theShop },
    ...committing,
  ])("and makes a snapshot, killed when $what", async (step) => {
    await removeSnapshot(docker, await prepareSnapshot({ services: [declared] }));
    await survives("snapshot", step);
  });

  test.each<Step>([...starting, filling])("and starts a clone, killed when $what", async (step) => {
    await survives("clone", step);
  });

  test.each<Step>([
    ...resetting,
    { what: "its volumes are to be filled", action: "create", which: passingShop, nth: 2 },
    { what: "the service is started again", action: "start", which: theShop, nth: 2 },
  ])("and resets a clone, killed when $what", async (step) => {
    await survives("reset", step);
  });
});

describe("a command on a stack", () => {
  let stack: ProjectStack;
  beforeAll(async () => {
    stack = await ProjectStack.create({ services: JSON.stringify([declared]) });
  });
  afterAll(async () => {
    await stack[Symbol.asyncDispose]();
  });
  const begin = (command: string, ...args: string[]): ProcessGroup =>
    ProcessGroup.start(["sh", "toolchain/run.sh", command, ...args, "--stack", stack.name]);
  const ends = async (command: string, ...args: string[]): Promise<string> => {
    const { code, printed } = await begin(command, ...args).ended();
    expect(code, printed).toBe(0);
    return printed;
  };
  const ofStack = (of: Attributes): boolean => of[label.stack] === stack.name;
  const orders = async (): Promise<number> => {
    const { stdout } = await execIn(stack.container("shop"), ["cat", "/data/journal"]);
    return stdout.split("order\n").length - 1;
  };
  const order = async (): Promise<void> => {
    await execIn(stack.container("shop"), ["sh", "-c", "echo order >> /data/journal"]);
  };
  const footprint = async (): Promise<void> => {
    const members = ["alice", "miner", "shop"];
    const { containers, networks, volumes, images } = await stack.footprint();
    expect(containers).toEqual(members.map((name) => stack.prefix + name));
    expect(networks).toHaveLength(1);
    expect(volumes).toHaveLength(members.length);
    expect(images.filter((image) => image.endsWith(":latest"))).toEqual(
      members.map((name) => `${stack.prefix}${name}:latest`),
    );
    expect(images.filter((image) => image.startsWith("sha256:"))).toEqual([]);
  };

  test.each<Step>([...starting, ...committing])("brings it up, killed when $what", async (step) => {
    await killAt(step, () => begin("up"), ofStack);
    await ends("up");
    expect(await orders()).toBe(0);
    await footprint();
    await ends("down");
    expect(await stack.footprint()).toEqual({
      ...{ containers: [], networks: [], volumes: [], images: [] },
    });
  });

  describe("that is up", () => {
    beforeAll(async () => {
      await ends("up");
    });

    test.each<Step>([
      ...resetting,
      filling,
      { what: "the service is started again", action: "start", which: theShop },
    ])("resets it, killed when $what", async (step) => {
      await order();
      await killAt(step, () => begin("reset"), ofStack);
      // It never goes on from half of it: an update ends with the old or the new state, or tells what to do.
      const { code, printed } = await begin("up").ended();
      if (code === 0) expect([0, 1]).toContain(await orders());
      else expect(printed).toContain("a reset was interrupted while it replaced");
      await ends("reset");
      expect(await orders()).toBe(0);
      expect(await stack.ask("alice", "getblockcount")).toBe("107");
      await footprint();
    });

    test("replaces the service after a killed reset: it does not start until the reset is repeated", async () => {
      await order();
      await killAt(
        { what: "it has ended", action: "die", which: wiper },
        () => begin("reset"),
        ofStack,
      );
      const environment = { ...declared.environment, CHANGED: "1" };
      await stack.configure({ services: JSON.stringify([{ ...declared, environment }]) });
      const before = (await stack.container("shop").inspect()).Id;
      const { code, printed } = await begin("up").ended();
      expect(code, printed).toBe(1);
      expect(printed).toContain("a reset was interrupted while it replaced");
      expect((await stack.container("shop").inspect()).Id).not.toBe(before);
      await ends("reset");
      expect(await orders()).toBe(0);
      await ends("up");
      await footprint();
    });

    test.each<Step>([{ what: "the service ends", action: "die", which: theShop }, ...committing])(
      "takes a snapshot, killed when $what",
      async (step) => {
        const name = `of-${stack.name}`;
        await ends("reset");
        await order();
        await killAt(step, () => begin("snapshot", name), ofStack);
        await ends("snapshot", name);
        expect(await orders()).toBe(1);
        await ends("reset");
        expect(await orders()).toBe(0);
        await ends("reset", "--to", name);
        expect(await orders()).toBe(1);
        await cliSucceeds("snapshot", "remove", name);
        await ends("reset");
        await footprint();
      },
    );
  });
});
