/** examples/indexer as far as it can be checked without its image. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

import { afterEach, describe, expect, it, vi } from "vitest";

import { readNetwork } from "../../../bootstrap/plan/settings/network-plan.ts";
import type { ServicePlan } from "../../../bootstrap/plan/settings/service-plan.ts";
import { electrsBase, electrsRecipe, isUnreachable } from "../../helpers/electrs-image.ts";

/** electrs as it is declared with this `ELECTRS_IMAGE`. */
async function declaredWith(image: string | undefined): Promise<ServicePlan> {
  vi.stubEnv("ELECTRS_IMAGE", image);
  vi.resetModules();
  const { network } = await import("../../../examples/indexer/network.ts");
  const { plan, problems } = readNetwork(network);
  expect(problems).toEqual([]);
  const [electrs] = plan?.services ?? [];
  if (electrs === undefined) throw new Error("no service is declared");
  return electrs;
}
afterEach(() => {
  vi.unstubAllEnvs();
  vi.resetModules();
});

describe("the declaration", () => {
  it("is valid, and builds from the example's folder, whatever folder it is used in", async () => {
    const { image, follows } = await declaredWith(undefined);
    expect(image).toEqual({ build: electrsRecipe, arguments: {} });
    expect(follows).toEqual(["alice"]);
  });

  it("takes the image that ELECTRS_IMAGE names", async () => {
    expect((await declaredWith("electrs:mine")).image).toBe("electrs:mine");
  });
});

describe("the Dockerfile", () => {
  const steps = readFileSync(path.join(electrsRecipe, "Dockerfile"), "utf8")
    .replaceAll(/^#.*\n/gm, "")
    .replaceAll("\\\n", "")
    .split("\n")
    .filter((line) => line.trim() !== "");
  const stages = steps.flatMap((step, at) => (step.startsWith("FROM ") ? [{ step, at }] : []));
  const names = (step: string): string[] =>
    [...step.matchAll(/^ARG (\w+)/g)].map(([, name = ""]) => name);

  it("starts from what the tests pull", () => {
    expect(steps[0]).toBe(`ARG BASE=${electrsBase}`);
  });

  it("uses only arguments that are declared before, in the same stage", () => {
    const [first = { at: 0 }] = stages;
    const before = steps.slice(0, first.at).flatMap(names);
    const unknown = steps.flatMap((step, at) => {
      const start = stages.findLast((stage) => stage.at <= at)?.at ?? 0;
      const declared = step.startsWith("FROM ") ? before : steps.slice(start, at).flatMap(names);
      const used = [...step.matchAll(/\$\{(\w+)\}/g)].map(([, name = ""]) => name);
      return used.filter((name) => !declared.includes(name)).map((name) => `${name}: ${step}`);
    });
    expect(unknown).toEqual([]);
  });

  it("copies only what is there", () => {
    const copies = steps.filter((step) => /^(?:COPY|ADD) /.test(step));
    const missing = copies.filter((step) => {
      const [, from, source = ""] = /^\w+ (?:--from=(\S+) )?(\S+) /.exec(step) ?? [];
      if (from === undefined) return !existsSync(path.join(electrsRecipe, source));
      const stage = stages.findIndex((one) => one.step.endsWith(` AS ${from}`));
      const made = steps.slice(stages[stage]?.at, stages[stage + 1]?.at);
      return stage < 0 || !made.some((one) => one.startsWith("RUN ") && one.includes(source));
    });
    expect(copies).not.toEqual([]);
    expect(missing).toEqual([]);
  });

  it("has the program that it starts, and the folder that is kept, for its user", async () => {
    const { state } = await declaredWith(undefined);
    const run = steps.filter((step) => step.startsWith("RUN ")).join("\n");
    const [, program = ""] = /^ENTRYPOINT \["([^"]+)"\]$/m.exec(steps.join("\n")) ?? [];
    expect(run).toContain(`cp /usr/local${program} /rootfs${path.dirname(program)}/`);
    const [, user = ""] = /^USER (\S+)$/m.exec(steps.join("\n")) ?? [];
    expect(run).toContain(`chown ${user} /rootfs${state[0] ?? ""}`);
  });
});

describe("a build that fails", () => {
  it.each([
    "error: download of config.json failed\nCaused by: [6] Couldn't resolve host name",
    "error: download of config.json failed\nCaused by: [60] SSL peer certificate was not OK",
    "error: failed to download from `https://example.com/electrs`",
  ])("is not the recipe's fault: %s", (output) => {
    expect(isUnreachable(output)).toBe(true);
  });

  it.each([
    "error[E0308]: mismatched types",
    "error: could not find `electrs` in registry `crates-io` with version `=0.10.99`",
    "E: Unable to locate package cargo-web",
  ])("is: %s", (output) => {
    expect(isUnreachable(output)).toBe(false);
  });
});
