/**
 * A network on several hosts that starts from a snapshot, brought to the first one as a file. Nothing is built, so it
 * runs on the official Docker plugin too, whose BuildKit finds no packages in the engines of a test.
 */
import path from "node:path";

import { afterAll, beforeAll, describe, expect } from "vitest";

import { connectEngine } from "../../engine/client.ts";
import { label, labelFilter } from "../../engine/labels.ts";
import { prepareSnapshot } from "../../testing/index.ts";
import { cli } from "../helpers/cli.ts";
import { HostedStack } from "../helpers/hosted-stack.ts";
import { removeSnapshot } from "../helpers/kit-snapshot.ts";
import { secondEnginePossible } from "../helpers/second-engine.ts";
import { story } from "../helpers/story.ts";
import { startSwarm } from "../helpers/swarm.ts";
import { tempFolder } from "../helpers/temp-folder.ts";

describe.skipIf(!secondEnginePossible)(
  "a network on hosts, from a snapshot",
  { tags: ["long"] },
  () => {
    const undo = new AsyncDisposableStack();
    let stack: HostedStack;
    beforeAll(async () => {
      const docker = await connectEngine();
      const nodes = [
        { name: "alice" },
        { name: "miner", role: "miner" as const },
        { name: "carol" },
      ];
      const snapshot = await prepareSnapshot({ nodes });
      undo.defer(() => removeSnapshot(docker, snapshot));
      const file = path.join(undo.use(await tempFolder()).path, "snapshot.tar");
      const exported = await cli(["snapshot", "export", snapshot, file]);
      expect(exported.exitCode, exported.stderr).toBe(0);
      const swarm = undo.use(await startSwarm());
      const config = {
        start: "snapshot",
        snapshot,
        nodes: [
          { name: "alice", host: "one", rpcPort: "free" },
          { name: "miner", role: "miner", host: "two", rpcPort: "free" },
          { name: "carol", host: "three" },
        ],
        crowd: { replicas: 3 },
      };
      stack = undo.use(await HostedStack.another(swarm, config));
      const imported = await cli(["snapshot", "import", file], { env: stack.env });
      expect(imported.exitCode, imported.stderr).toBe(0);
    });
    afterAll(() => undo.disposeAsync());

    const { test } = story();

    test("comes up at its tip, with a crowd whose peers are taken for no node", async () => {
      expect(await stack.run("up")).toContain("at height 107");
      await stack.crowdAt(107, 3);
      expect(await stack.heights()).toEqual([107, 107, 107]);
      const lists = stack.swarm.engines.map(({ docker }) =>
        docker.listContainers({ filters: labelFilter({ [label.kind]: "crowd" }) }),
      );
      const crowd = (await Promise.all(lists)).flat();
      // Their image is that of a node, with its labels.
      expect(crowd.map(({ Labels }) => Labels[label.node])).toEqual(["", "", ""]);
    });

    test("changes nothing the second time, and is reset", async () => {
      expect(await stack.run("up")).toContain("unchanged");
      await stack.run("mine", "2");
      await stack.crowdAt(109, 3);
      await stack.run("reset");
      await stack.crowdAt(107, 3);
      expect(await stack.heights()).toEqual([107, 107, 107]);
    });

    test("goes without a trace", async () => {
      await stack.run("down");
      expect(await stack.left()).toEqual([]);
    });
  },
);
