import type Docker from "dockerode";
import { describe, expect, it } from "vitest";

import { ownedThings, unrecorded } from "../../bootstrap/leftovers.ts";
import { label, stackLabels } from "../../engine/labels.ts";

const labels = (kind: Parameters<typeof stackLabels>[2]) => stackLabels("id-of-dev", "dev", kind);

/** An engine on which the stack has all that it may have, and others have made use of it. */
const containers = [
  { Id: "c1", Names: ["/alice"], Labels: labels("node") },
  { Id: "c2", Names: ["/a-reader"], Labels: labels("temporary") },
  { Id: "c3", Names: ["/by-hand"], Labels: labels("snapshot") },
];
const networks = [{ Id: "n1", Name: "regtest-network", Labels: labels("network") }];
const images = [
  { Id: "i1", RepoTags: ["regtest-bitcoind:0123"], Labels: labels("image") },
  { Id: "i2", RepoTags: null, Labels: labels("snapshot") },
  { Id: "i3", RepoTags: ["mine:latest"], Labels: labels("named-snapshot") },
  { Id: "i4", RepoTags: ["regtest-snapshot/mine:alice"], Labels: labels("snapshot") },
];

const filters: unknown[] = [];
const list = (found: unknown) => (options: { filters: unknown }) => {
  filters.push(options.filters);
  return Promise.resolve(found);
};
const docker = {
  listContainers: list(containers),
  listNetworks: list(networks),
  listImages: list(images),
} as unknown as Docker;

describe("what a stack owns", () => {
  it("is found by its id, containers first, without what was made by hand or goes with no stack", async () => {
    const things = await ownedThings(docker, "id-of-dev");
    expect(things.map(({ what, name, id }) => [what, name, id])).toEqual([
      ["container", "alice", "c1"],
      ["container", "a-reader", "c2"],
      ["network", "regtest-network", "n1"],
      ["image", "regtest-bitcoind:0123", "i1"],
      ["image", "i2", "i2"],
    ]);
    expect(filters).toEqual(Array(3).fill({ label: [`${label.stackId}=id-of-dev`] }));
  });

  it("is left over where no resource of the state has it", async () => {
    const resources = [
      { type: "pulumi:pulumi:Stack", outputs: { containers: { "a-reader": { id: "c2" } } } },
      { type: "docker:index/container:Container", id: "c1" },
      { type: "docker:index/remoteImage:RemoteImage", id: "i1 and its name" },
      { type: "regtest:index:Snapshot", id: "s", outputs: { images: { alice: { id: "i2" } } } },
    ];
    const left = unrecorded(await ownedThings(docker, "id-of-dev"), resources);
    expect(left.map(({ name }) => name)).toEqual(["a-reader", "regtest-network"]);
  });
});
