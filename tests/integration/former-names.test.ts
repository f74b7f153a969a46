/** A stack of version 0.1, whose resources had no component above them, keeps what it has. */
import { afterAll, beforeAll, expect, it } from "vitest";

import { ProjectStack } from "../helpers/stack.ts";

let stack: ProjectStack;
beforeAll(async () => {
  stack = await ProjectStack.create();
});
afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

interface Resource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
}

interface State {
  readonly resources: readonly Resource[];
}

const component = "regtest:index:RegtestNetwork";

/** The same state as version 0.1 would have written it. */
function asFormerly({ resources }: State): State {
  const urnOf = (wanted: string): string =>
    resources.find(({ type }) => type === wanted)?.urn ?? "";
  const network = urnOf(component);
  const text = JSON.stringify(resources.filter(({ type }) => type !== component))
    .replaceAll(JSON.stringify(network), JSON.stringify(urnOf("pulumi:pulumi:Stack")))
    .replaceAll(`${component}$`, "")
    .replaceAll("regtest:index:BitcoinNode", "regtest:stack:BitcoinNode")
    // A name ends its URN, which a provider's id may follow.
    .replaceAll(/::regtest-(\w+)(?="|::[0-9a-f-]{36}")/g, "::$1");
  return { resources: JSON.parse(text) as Resource[] };
}

/** What the engine knows resources by. */
function ids({ resources }: State): string[] {
  return resources.flatMap(({ id = "", type }) => (id === "" ? [] : [`${type} ${id}`])).toSorted();
}

it("its names change, and nothing on the engine", async () => {
  await stack.up();
  const exported = await stack.exportState<State>();
  const now = exported.deployment;
  const former = asFormerly(now);
  expect(former.resources.map(({ urn }) => urn.split("::").slice(2).join("::"))).toContain(
    "regtest:stack:BitcoinNode$docker:index/container:Container::alice",
  );
  const deployment = { ...now, ...former };
  await stack.importState({ ...exported, deployment });

  const changes = await stack.up();
  // The component itself is new.
  expect(changes).toEqual({ create: 1, same: expect.any(Number) as number });
  const { deployment: after } = await stack.exportState<State>();
  expect(ids(after)).toEqual(ids(now));
  expect(after.resources.map(({ urn }) => urn).toSorted()).toEqual(
    now.resources.map(({ urn }) => urn).toSorted(),
  );
});
