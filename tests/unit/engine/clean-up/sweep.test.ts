/** What concerns one thing on the engine keeps no other from being swept. */
import type Docker from "dockerode";
import { describe, expect, it } from "vitest";

import { label, temporaryPrefix } from "../../../../engine/labels.ts";
import { lastingLabels, ownedLabels } from "../../../../engine/clean-up/owner.ts";
import { sweepAbandoned } from "../../../../engine/clean-up/sweep.ts";

type Labels = Readonly<Record<string, string>>;

/** An engine with these containers, which refuses to remove some. */
function engineWith(containers: Readonly<Record<string, Labels>>, refused: readonly string[] = []) {
  const removed: string[] = [];
  const listed = Object.entries(containers).map(([name, Labels]) => ({
    Id: name,
    Names: [`/${name}`],
    Labels,
  }));
  const fake = {
    listContainers: () => Promise.resolve(listed),
    listNetworks: () => Promise.resolve([]),
    getContainer: (id: string) => ({
      remove: () => {
        if (refused.includes(id))
          return Promise.reject(Object.assign(new Error("it is stuck"), { statusCode: 500 }));
        removed.push(id);
        return Promise.resolve();
      },
    }),
  };
  return { docker: fake as unknown as Docker, removed };
}

const over = lastingLabels(0, Date.now() - 2_000);

describe("a sweep", () => {
  it.each<[string, Labels]>([
    ["owner", { ...lastingLabels(600), [label.owner]: "{" }],
    ["owner and time", { [label.owner]: "null", [label.expires]: "soon" }],
    ["time", { ...lastingLabels(600), [label.expires]: "{}" }],
  ])(
    "leaves a container whose %s cannot be read, and removes those beside it",
    async (_what, labels) => {
      const { docker, removed } = engineWith({
        [`${temporaryPrefix}a`]: over,
        [`${temporaryPrefix}unreadable`]: labels,
        [`${temporaryPrefix}b`]: over,
        [`${temporaryPrefix}wanted`]: ownedLabels(),
      });
      await sweepAbandoned(docker);
      expect(removed).toEqual([`${temporaryPrefix}a`, `${temporaryPrefix}b`]);
    },
  );

  it("leaves what has a name of somebody else, whatever its image's labels said", async () => {
    const { docker, removed } = engineWith({ alice: over, "dev-alice": { [label.expires]: "1" } });
    await sweepAbandoned(docker);
    expect(removed).toEqual([]);
  });

  it("removes all that it can, and tells of what it could not", async () => {
    const names = ["a", "b", "c"].map((name) => temporaryPrefix + name);
    const all = Object.fromEntries(names.map((name) => [name, over]));
    const { docker, removed } = engineWith(all, names.slice(0, 1));
    await expect(sweepAbandoned(docker)).rejects.toThrow("it is stuck");
    expect(removed).toEqual(names.slice(1));
    await expect(sweepAbandoned(engineWith(all, names.slice(1)).docker)).rejects.toMatchObject({
      message: "2 containers and networks could not be removed",
      errors: [{ statusCode: 500 }, { statusCode: 500 }],
    });
  });
});

it("what is made from an image has no owner of the image's", () => {
  expect({ [label.owner]: "inherited", ...lastingLabels(60) }[label.owner]).toBe("");
});
