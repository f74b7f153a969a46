/** A state that knows less than there is, as one from a backup, or one that a killed run did not get to write. */
import { afterAll, beforeAll, expect, test } from "vitest";

import { ProjectStack } from "../../helpers/stack.ts";
import { changesNothing, goesForGood, recoversTo } from "../runs.ts";

let stack: ProjectStack;
beforeAll(async () => {
  stack = await ProjectStack.create();
  await stack.up();
});
afterAll(async () => {
  await goesForGood(stack);
});

/** Lets the state forget all resources of other types. */
async function keepOnly(...types: string[]): Promise<void> {
  const exported = await stack.exportState<{ resources: { type: string }[] }>();
  const { deployment } = exported;
  const resources = deployment.resources.filter(({ type }) => types.includes(type));
  await stack.importState({ ...exported, deployment: { ...deployment, resources } });
}

test("the state has the claim alone: all that is in the way is told, removed, and made anew", async () => {
  await keepOnly(
    ...["pulumi:pulumi:Stack", "regtest:index:RegtestNetwork"],
    ...["pulumi:providers:regtest", "regtest:index:Claim"],
  );
  const printed = await stack.upFails();
  const inTheWay = [
    `container ${stack.prefix}alice`,
    `container ${stack.prefix}miner`,
    `network ${stack.prefix}regtest-network`,
  ];
  for (const thing of inTheWay)
    expect(printed).toContain(`the ${thing} was left by an interrupted`);
  const recovered = await recoversTo(stack);
  for (const thing of inTheWay) {
    expect(recovered).toContain(`Removed ${thing}, which an interrupted run created`);
  }
  await changesNothing(stack);
});
