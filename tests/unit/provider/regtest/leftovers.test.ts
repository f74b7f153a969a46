import type Docker from "dockerode";
import { describe, expect, it } from "vitest";

import { ownedThings, unrecorded } from "../../../../provider/regtest/leftovers.ts";
import { label, stackLabels } from "../../../../engine/labels.ts";

const labels = (kind: Parameters<typeof stackLabels>[2]) => stackLabels("id-of-dev", "dev", kind);
const taken = { [label.takenOf]: "id-of-dev", [label.kind]: "snapshot" };

const names = {
  stackId: "id-of-dev",
  prefix: "",
  nodes: [
    { containerName: "alice", snapshotImage: "alice:latest" },
    { containerName: "miner", snapshotImage: "miner:latest" },
  ],
  helpers: ["auto-miner"],
  network: "regtest-network",
};

/** An engine on which the stack has all that it may have, and others have made use of it. */
const containers = [
  { Id: "c1", Names: ["/alice"], Labels: labels("node") },
  { Id: "c2", Names: ["/regtest-passing-0123"], Labels: labels("temporary") },
  { Id: "c3", Names: ["/by-hand"], Labels: labels("snapshot") },
  { Id: "c4", Names: ["/of-a-commit"], Labels: labels("node") },
  { Id: "c5", Names: ["/regtest-passing-4567"], Labels: taken },
  { Id: "c6", Names: ["/of-the-snapshot"], Labels: taken },
];
const networks = [
  { Id: "n1", Name: "regtest-network", Labels: labels("network") },
  { Id: "n2", Name: "mine", Labels: labels("network") },
];
const images = [
  { Id: "i1", RepoTags: ["regtest-bitcoind:0123"], Labels: labels("image") },
  { Id: "i2", RepoTags: null, Labels: labels("node") },
  { Id: "i3", RepoTags: ["backup:monday"], Labels: labels("node") },
  { Id: "i4", RepoTags: ["keep:mine", "alice:latest"], Labels: taken },
  { Id: "i6", RepoTags: ["regtest-snapshot/mine:alice"], Labels: taken },
];
const volumes = [
  { Name: "regtest-data-alice-0123", Labels: labels("volume") },
  { Name: "mine", Labels: labels("volume") },
];

type Labelled = readonly { readonly Labels: Readonly<Record<string, string>> }[];
interface Filter {
  readonly filters: { readonly label: readonly string[] };
}

/** As the engine filters: all of the labels. */
function matching<T extends Labelled>(all: T, { filters }: Filter): T[number][] {
  return all.filter(({ Labels }) =>
    filters.label.every((wanted) => {
      const [name = "", value] = wanted.split("=");
      return Labels[name] === value;
    }),
  );
}

const docker = {
  listContainers: (filter: Filter) => Promise.resolve(matching(containers, filter)),
  listNetworks: (filter: Filter) => Promise.resolve(matching(networks, filter)),
  listImages: (filter: Filter) => Promise.resolve(matching(images, filter)),
  listVolumes: (filter: Filter) => Promise.resolve({ Volumes: matching(volumes, filter) }),
} as unknown as Docker;

describe("what a stack owns", () => {
  it("has its label and a name that it gave; what people made of it has the label alone", async () => {
    const things = await ownedThings(docker, names);
    expect(things.map(({ what, name, id }) => [what, name, id])).toEqual([
      ["container", "alice", "c1"],
      ["container", "regtest-passing-0123", "c2"],
      ["container", "regtest-passing-4567", "c5"],
      ["network", "regtest-network", "n1"],
      ["image", "regtest-bitcoind:0123", "i1"],
      ["image", "alice:latest", "i4"],
      ["volume", "regtest-data-alice-0123", "regtest-data-alice-0123"],
    ]);
  });

  it("is left over where no resource of the state has it", async () => {
    const resources = [
      { type: "pulumi:pulumi:Stack", outputs: { containers: { "a-reader": { id: "c2" } } } },
      { type: "docker:index/container:Container", id: "c1" },
      { type: "docker:index/volume:Volume", id: "regtest-data-alice-0123" },
      { type: "docker:index/remoteImage:RemoteImage", id: "i1 and its name" },
      { type: "regtest:index:Snapshot", id: "s", outputs: { images: { alice: { id: "i4" } } } },
    ].map((resource) => ({ urn: "urn:pulumi:dev::regtest-network::", ...resource }));
    const left = unrecorded(await ownedThings(docker, names), resources);
    expect(left.map(({ name }) => name)).toEqual([
      "regtest-passing-0123",
      "regtest-passing-4567",
      "regtest-network",
    ]);
  });
});
