import { expect } from "vitest";

/**
 * Expects that a question finds nobody. While the engine creates or removes any network, as other tests do, it
 * keeps none apart for some milliseconds: an answer counts when it comes three times.
 * @param ask resolves with the answer, or with undefined when none came
 */
export async function expectNoAnswer(ask: () => Promise<string | undefined>): Promise<void> {
  let answer: string | undefined;
  for (let attempt = 1; attempt <= 3; attempt += 1) {
    answer = await ask();
    if (answer === undefined) return;
  }
  expect.fail(`an answer came three times: ${answer ?? ""}`);
}
