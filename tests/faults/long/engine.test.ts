/** An engine that ends in the middle of a run, or whose disk is full: what is said, and that the next `up` completes it. */
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";

import { connectEngine } from "../../../engine/client.ts";
import { waitFor } from "../../../base/wait.ts";
import { bitcoinCli } from "../../helpers/bitcoin-cli.ts";
import { onOfficialPlugin } from "../../helpers/official-plugin.ts";
import { copyNodeImage } from "../../helpers/node-image.ts";
import {
  secondEnginePossible,
  type SecondEngine,
  startSecondEngine,
} from "../../helpers/second-engine.ts";
import { ProjectStack } from "../../helpers/stack.ts";
import { changesNothing, expectReadable, goesDown, recoversTo, start, told } from "../runs.ts";

/** Bytes: room for the images and a few stacks. */
const capacity = 2_000_000_000;

// The official plugin builds with BuildKit, which has no use for layers of another engine, and this one has no network.
describe.skipIf(!secondEnginePossible || onOfficialPlugin)("on an engine of its own", () => {
  let engine: SecondEngine;
  let stack: ProjectStack;
  beforeAll(async () => {
    const first = await connectEngine();
    const base = process.env["REGTEST_BASE_IMAGE"] ?? "";
    engine = await startSecondEngine({ capacity });
    await copyNodeImage(first, engine.docker, base, AbortSignal.timeout(240_000));
    vi.stubEnv("DOCKER_HOST", engine.host);
    stack = await ProjectStack.create({ timeout: "10" }, engine.within);
  });
  afterEach(async () => {
    await goesDown(stack);
  });
  afterAll(async () => {
    await stack[Symbol.asyncDispose]();
    vi.unstubAllEnvs();
    await engine[Symbol.asyncDispose]();
  });

  describe.each([
    { how: "ends in order", signal: "SIGTERM" },
    { how: "is killed", signal: "SIGKILL" },
  ] as const)("that $how, and is started again,", ({ signal }) => {
    test.each([
      told("Container alice creating"),
      "create the wallets",
      "mine to height",
      told("Snapshot snapshot creating"),
      "commit the images",
      "start the nodes",
    ])("at %s", async (marker) => {
      const run = start(stack);
      await run.prints(marker);
      await engine.end(signal);
      const ended = await run.ended();
      await engine.start();
      expect(ended.code).not.toBe(0);
      expectReadable(ended);
      await recoversTo(stack);
      await changesNothing(stack);
    });
  });

  test("that is started again has the network back by itself, connected, with what people mined", async () => {
    await recoversTo(stack);
    const cli = (node: string, ...args: string[]) => bitcoinCli(stack.container(node), ...args);
    await cli("alice", "generatetoaddress", "2", await cli("alice", "getnewaddress"));
    await engine.end("SIGTERM");
    await engine.start();
    await waitFor(
      async () => {
        const seen = await Promise.all(
          ["alice", "miner"].map(async (node) => [
            await cli(node, "getblockcount"),
            await cli(node, "getconnectioncount"),
          ]),
        ).catch((error: unknown) => [[String(error)]]);
        const good =
          seen.length === 2 && seen.every(([height, peers]) => height === "109" && peers !== "0");
        return good || { pending: JSON.stringify(seen) };
      },
      { what: "both nodes to be back and connected", limitMs: 90_000 },
    );
    await changesNothing(stack);
  });

  describe("whose disk is full", () => {
    test.each([
      told("Container alice creating"),
      "create the wallets",
      "mine to height",
      "stop the nodes",
    ])("at %s", async (marker) => {
      const run = start(stack);
      await run.prints(marker);
      await engine.fill(true);
      const ended = await run.ended();
      await engine.fill(false);
      expect(ended.code, ended.printed).not.toBe(0);
      expectReadable(ended);
      await recoversTo(stack);
      await changesNothing(stack);
    });
  });
});
