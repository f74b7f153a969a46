/** Parts of the toolchain that do not need each other do not wait for each other. */
import { afterEach, expect, it, vi } from "vitest";

import { cachePaths } from "../../../base/files/paths.ts";
import type { EngineInput, OnEngine } from "../../../engine/engine-input.ts";
import type { Environment } from "../../../toolchain/ensure.ts";
import { recordProgress } from "../../helpers/progress.ts";

afterEach(() => {
  vi.unstubAllEnvs();
  vi.doUnmock("../../../engine/client.ts");
  vi.doUnmock("../../../engine/engine-input.ts");
  vi.doUnmock("../../../toolchain/pulumi/cli.ts");
  vi.doUnmock("../../../toolchain/base-image.ts");
  vi.doUnmock("../../../toolchain/docker-plugin.ts");
  vi.resetModules();
});

/**
 * Runs it on a machine where the CLI is there when the base image has been looked for, and on no other.
 * @param named the engine that the program builds on
 */
async function ensureWith(
  baseImage: (docker: unknown) => Promise<string>,
  named?: EngineInput,
): Promise<Environment> {
  // Where it names one, as for all tests of a run, none is looked for.
  vi.stubEnv("REGTEST_BASE_IMAGE", undefined);
  const { promise: asked, resolve } = Promise.withResolvers<undefined>();
  vi.resetModules();
  vi.doMock("../../../engine/client.ts", () => ({
    findEngine: () => Promise.resolve({ docker: "here", endpoint: undefined }),
  }));
  vi.doMock("../../../engine/engine-input.ts", () => ({
    connectToFirst: ({ engine }: OnEngine) => Promise.resolve(engine?.host),
  }));
  vi.doMock("../../../toolchain/pulumi/cli.ts", () => ({
    findPulumi: () => asked.then(() => "/cli"),
  }));
  vi.doMock("../../../toolchain/base-image.ts", () => ({
    findBaseImage: (docker: unknown) => {
      resolve(undefined);
      return baseImage(docker);
    },
  }));
  vi.doMock("../../../toolchain/docker-plugin.ts", () => ({
    dockerPluginVersion: () => "5.2.0",
    findDockerPlugin: () => Promise.resolve("stand-in"),
  }));
  const { ensureToolchain } = await import("../../../toolchain/ensure.ts");
  const { signal } = new AbortController();
  const engineOf = () => Promise.resolve(named);
  return await ensureToolchain({ progress: recordProgress(), signal, engineOf });
}

it("looks for the base image while the CLI is being had", async () => {
  const { env } = await ensureWith(() => Promise.resolve("debian:some"));
  expect(env["PATH"]).toContain(":/cli:");
  expect(env["REGTEST_BASE_IMAGE"]).toBe("debian:some");
});

it.each([
  ["that it finds", undefined, "here"],
  ["that is named", { host: "tcp://named" }, "tcp://named"],
])("looks for the base image on the engine %s", async (_what, named, engine) => {
  const { env } = await ensureWith((docker) => Promise.resolve(`debian:${String(docker)}`), named);
  expect(env["REGTEST_BASE_IMAGE"]).toBe(`debian:${engine}`);
});

it("fails with the first part that cannot be had", async () => {
  const failing = ensureWith(() => Promise.reject(new Error("no registry, no mmdebstrap")));
  await expect(failing).rejects.toThrow("no registry, no mmdebstrap");
});

it("keeps runs apart by part, so that one does not wait for another's", () => {
  const { lockOf } = cachePaths("/cache");
  expect(lockOf("pulumi")).not.toBe(lockOf("base-image"));
});
