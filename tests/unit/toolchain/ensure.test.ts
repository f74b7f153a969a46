/** Parts of the toolchain that do not need each other do not wait for each other. */
import { afterEach, expect, it, vi } from "vitest";

import { cachePaths } from "../../../base/files/paths.ts";
import { recordProgress } from "../../helpers/progress.ts";

afterEach(() => {
  vi.unstubAllEnvs();
  vi.doUnmock("../../../engine/client.ts");
  vi.doUnmock("../../../toolchain/pulumi/cli.ts");
  vi.doUnmock("../../../toolchain/base-image.ts");
  vi.doUnmock("../../../toolchain/docker-plugin.ts");
  vi.resetModules();
});

/** Runs it on a machine where the CLI is there when the base image has been looked for, and on no other. */
async function ensureWith(baseImage: () => Promise<string>): Promise<unknown> {
  // Where it names one, as for all tests of a run, none is looked for.
  vi.stubEnv("REGTEST_BASE_IMAGE", undefined);
  const { promise: asked, resolve } = Promise.withResolvers<undefined>();
  vi.resetModules();
  vi.doMock("../../../engine/client.ts", () => ({
    findEngine: () => Promise.resolve({ docker: {}, endpoint: undefined }),
  }));
  vi.doMock("../../../toolchain/pulumi/cli.ts", () => ({
    findPulumi: () => asked.then(() => "/cli"),
  }));
  vi.doMock("../../../toolchain/base-image.ts", () => ({
    findBaseImage: () => {
      resolve(undefined);
      return baseImage();
    },
  }));
  vi.doMock("../../../toolchain/docker-plugin.ts", () => ({
    dockerPluginVersion: () => "5.2.0",
    findDockerPlugin: () => Promise.resolve("stand-in"),
  }));
  const { ensureToolchain } = await import("../../../toolchain/ensure.ts");
  const { signal } = new AbortController();
  return await ensureToolchain({ progress: recordProgress(), signal });
}

it("looks for the base image while the CLI is being had", async () => {
  const { env } = (await ensureWith(() => Promise.resolve("debian:some"))) as {
    env: NodeJS.ProcessEnv;
  };
  expect(env["PATH"]).toContain(":/cli:");
  expect(env["REGTEST_BASE_IMAGE"]).toBe("debian:some");
});

it("fails with the first part that cannot be had", async () => {
  const failing = ensureWith(() => Promise.reject(new Error("no registry, no mmdebstrap")));
  await expect(failing).rejects.toThrow("no registry, no mmdebstrap");
});

it("keeps runs apart by part, so that one does not wait for another's", () => {
  const { lockOf } = cachePaths("/cache");
  expect(lockOf("pulumi")).not.toBe(lockOf("base-image"));
});
