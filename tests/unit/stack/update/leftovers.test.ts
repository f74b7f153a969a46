import type Docker from "dockerode";
import { expect, it } from "vitest";

import { label, stackLabels } from "../../../../engine/labels.ts";
import { removeLeftovers } from "../../../../stack/update/leftovers.ts";

const names = {
  ...{ stackId: "dev-id", prefix: "", nodes: [{ containerName: "alice" }] },
  ...{ network: "regtest-network", crowd: { service: "crowd", replicas: 2 } },
};
const labelled = (kind: Parameters<typeof stackLabels>[2]) => ({
  Labels: stackLabels("dev-id", "dev", kind),
});
const all = [
  "container alice",
  "crowd crowd",
  "network regtest-network",
  "image regtest-bitcoind:0",
  "volume regtest-data-alice",
];

interface Asked {
  readonly filters: { readonly label: readonly string[] };
}

/** An engine with one leftover of each kind. What is asked to remove a thing of the kind is refused with the status. */
function engine(refused: (kind: string) => number | undefined): Docker {
  // Nothing was taken of the stack.
  const listed = <T>({ filters }: Asked, things: T): T | [] =>
    filters.label.some((one) => one.startsWith(label.takenOf)) ? [] : things;
  const thing = (kind: string) => () => ({
    remove: () => {
      const statusCode = refused(kind);
      const error = Object.assign(new Error("(HTTP code 403) unexpected - it is held"), {
        ...{ statusCode, json: { message: `the ${kind} is held` } },
      });
      return statusCode === undefined ? Promise.resolve() : Promise.reject(error);
    },
    wait: () => Promise.resolve(),
  });
  return {
    listContainers: (asked: Asked) =>
      Promise.resolve(listed(asked, [{ Id: "c", Names: ["/alice"], ...labelled("node") }])),
    listServices: () =>
      Promise.resolve([{ ID: "s", Spec: { Name: "crowd", ...labelled("crowd") } }]),
    listNetworks: () => Promise.resolve([{ Id: "n", Name: "regtest-network" }]),
    listImages: (asked: Asked) =>
      Promise.resolve(listed(asked, [{ Id: "i", RepoTags: ["regtest-bitcoind:0"] }])),
    listVolumes: () => Promise.resolve({ Volumes: [{ Name: "regtest-data-alice" }] }),
    getContainer: thing("container"),
    getService: thing("crowd"),
    getNetwork: thing("network"),
    getImage: thing("image"),
    getVolume: thing("volume"),
  } as unknown as Docker;
}

const removed = (docker: Docker): Promise<string[]> =>
  removeLeftovers(docker, names, [], { volumes: true });

it("are removed, volumes when they are asked for", async () => {
  const docker = engine(() => undefined);
  expect(await removed(docker)).toEqual(all);
  expect(await removeLeftovers(docker, names, [], { volumes: false })).toEqual(all.slice(0, -1));
});

it("may be removed by another run meanwhile", async () => {
  expect(await removed(engine(() => 404))).toEqual(all);
  const removing = engine((kind) => (kind === "container" ? 409 : undefined));
  expect(await removed(removing)).toEqual(all);
});

it.each([
  ["container", 500],
  ["crowd", 500],
  ["network", 403],
  ["image", 500],
  ["volume", 409],
])("that cannot be removed are told in the engine's words: %s", async (held, status) => {
  const docker = engine((kind) => (kind === held ? status : undefined));
  await expect(removed(docker)).rejects.toThrow(`Error response from daemon: the ${held} is held`);
});
