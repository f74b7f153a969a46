/** The Docker plugin and all else work on one engine, also where the docker CLI's current context alone names it. */
import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";

import { afterAll, beforeAll, expect, it, vi } from "vitest";

import { type Relay, relayToEngine } from "../helpers/relay.ts";
import { ProjectStack } from "../helpers/stack.ts";
import { tempFolder, type TempFolder } from "../helpers/temp-folder.ts";

let folder: TempFolder;
let relay: Relay;
beforeAll(async () => {
  folder = await tempFolder();
  const socket = path.join(folder.path, "docker.sock");
  relay = await relayToEngine(socket);
  const digest = createHash("sha256").update("relayed").digest("hex");
  const context = path.join(folder.path, "contexts/meta", digest);
  await mkdir(context, { recursive: true });
  await writeFile(
    path.join(context, "meta.json"),
    JSON.stringify({ Name: "relayed", Endpoints: { docker: { Host: `unix://${socket}` } } }),
  );
  await writeFile(path.join(folder.path, "config.json"), '{"currentContext":"relayed"}');
  vi.stubEnv("DOCKER_CONFIG", folder.path);
  for (const name of ["DOCKER_HOST", "DOCKER_CONTEXT"]) vi.stubEnv(name, undefined);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  relay.close();
  await folder[Symbol.asyncDispose]();
});

it("makes everything by way of that context", async () => {
  await using stack = await ProjectStack.create();
  await stack.up();
  const made = (what: RegExp): number =>
    relay.requests.filter((request) => what.test(request)).length;
  // By the Docker plugin: two nodes; by the project's own: what is committed.
  for (const node of ["alice", "miner"]) {
    expect(made(new RegExp(`^POST /\\S*/containers/create\\?.*name=${stack.prefix}${node}`))).toBe(
      1,
    );
  }
  expect(made(/^POST \/\S*\/networks\/create/)).toBe(1);
  // Each node's, and one that notes for a moment which images the snapshot's names were of.
  expect(made(/^POST \/\S*\/volumes\/create/)).toBe(3);
  expect(made(/^POST \/\S*\/commit/)).toBe(2);
});

it("is refused where DOCKER_HOST and DOCKER_CONTEXT name two, on plain Pulumi", async () => {
  await using stack = await ProjectStack.create();
  const { env } = stack;
  Object.assign(env, {
    DOCKER_HOST: `unix://${path.join(folder.path, "docker.sock")}`,
    DOCKER_CONTEXT: "default",
  });
  expect(await stack.upFails()).toContain('DOCKER_CONTEXT is "default", and DOCKER_HOST names');
  for (const name of ["DOCKER_HOST", "DOCKER_CONTEXT"]) Reflect.deleteProperty(env, name);
});
