import { expect, it } from "vitest";

import { inOrder } from "../../helpers/story.ts";

function recorded(): { done: string[]; write: (what: string) => () => Promise<void> } {
  const done: string[] = [];
  return {
    done,
    write: (what) => () => {
      done.push(what);
      return Promise.resolve();
    },
  };
}

it("does each work once when all are asked for", async () => {
  const { done, write } = recorded();
  const add = inOrder();
  for (const work of [add(write("one")), add(write("two"))]) await work();
  expect(done).toEqual(["one", "two"]);
});

it("does what comes before a work that is asked for alone, and nothing after it", async () => {
  const { done, write } = recorded();
  const add = inOrder();
  add(write("one"));
  const two = add(write("two"));
  const three = add(write("three"));
  add(write("four"));
  await two();
  expect(done).toEqual(["one", "two"]);
  await three();
  expect(done).toEqual(["one", "two", "three"]);
});

it("fails with what a work before fails with, which is not tried again", async () => {
  const { done, write } = recorded();
  const add = inOrder();
  add(() => Promise.reject(new Error("no engine")));
  const two = add(write("two"));
  await expect(two()).rejects.toThrow("no engine");
  await two();
  expect(done).toEqual(["two"]);
});
