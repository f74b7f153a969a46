import { describe, expect, it } from "vitest";

import type { RecordedResource } from "../../../provider/regtest/state-file.ts";
import { networkOf, resourceCount, stateOf } from "../../../stack/stack-state.ts";

const stackType = "pulumi:pulumi:Stack";
const stackUrn = `urn:pulumi:dev::regtest-network::${stackType}::regtest-network-dev`;

function secret(value: string): object {
  const signature = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };
  return { ...signature, plaintext: JSON.stringify(value) };
}

/** A resource of the project's own, below a component of that name or below the stack. */
function resource(type: string, outputs: Readonly<Record<string, unknown>>, component?: string) {
  const parents = component === undefined ? "" : "regtest:index:RegtestNetwork$";
  const parent =
    component === undefined
      ? stackUrn
      : `urn:pulumi:dev::regtest-network::regtest:index:RegtestNetwork::${component}`;
  const urn = `urn:pulumi:dev::regtest-network::${parents}regtest:index:${type}::${component ?? ""}${type}`;
  return { urn, parent, type: `regtest:index:${type}`, id: `${type}-id`, outputs };
}

function component(name: string) {
  const type = "regtest:index:RegtestNetwork";
  const urn = `urn:pulumi:dev::regtest-network::${type}::${name}`;
  return { urn, parent: stackUrn, type, outputs: { rpcUser: `of ${name}` } };
}

function claim(stackId: string, component?: string) {
  const outputs = { stackId, rpcPassword: secret(`of ${stackId}`), prefix: "", nodes: [] };
  return resource("Claim", outputs, component);
}

const image = { image: "alice:latest", id: "sha256:1" };
const stackItself = { urn: stackUrn, type: stackType, outputs: { rpcUser: "user" } };

function state(...resources: readonly object[]) {
  const exported = [stackItself, ...resources] as RecordedResource[];
  return stateOf("dev", { deployment: { resources: exported, pending_operations: [{}] } });
}

describe("a state with one network", () => {
  const replaced = { ...resource("Bootstrap", { addresses: { alice: "old" } }), delete: true };
  const bootstrap = resource("Bootstrap", { addresses: { alice: "172.18.0.2" }, funded: [] });
  const read = state(replaced, claim("one"), bootstrap);

  it("has its secrets in clear, outputs and what was interrupted", () => {
    expect(networkOf(read).claim).toMatchObject({ stackId: "one", rpcPassword: "of one" });
    expect(networkOf(read).outputs).toEqual({ rpcUser: "user" });
    expect(read.pending).toBe(1);
    expect(resourceCount(read.resources)).toBe(3);
  });

  it("takes a bootstrap that was replaced for none of its own", () => {
    expect(networkOf(read)).toMatchObject({
      name: "dev",
      bootstrap: { addresses: { alice: "172.18.0.2" } },
      addresses: { alice: "172.18.0.2" },
      snapshots: {},
    });
  });

  it("has images and addresses of its snapshot, and images of the one that it was started from", () => {
    const snapshot = resource("Snapshot", {
      images: { alice: image },
      addresses: { alice: "172.18.0.7" },
    });
    expect(networkOf(state(claim("one"), bootstrap, snapshot))).toMatchObject({
      snapshots: { alice: image },
      addresses: { alice: "172.18.0.7" },
    });
    const source = resource("Source", { images: { alice: image } });
    expect(networkOf(state(source, claim("one"), bootstrap))).toMatchObject({
      snapshots: { alice: image },
      addresses: { alice: "172.18.0.2" },
    });
  });

  it("derives the prefix where version 0.1 recorded none", () => {
    const old = resource("Claim", { stackId: "one", network: "two-regtest-network" });
    expect(networkOf(state(old)).claim.prefix).toBe("two-");
  });
});

describe("a state with several networks", () => {
  const mined = resource("Bootstrap", { addresses: {}, chain: { height: 7 } }, "ltc");
  const read = state(
    component("btc"),
    component("ltc"),
    claim("one", "btc"),
    claim("two", "ltc"),
    mined,
  );

  it("tells them apart by their components", () => {
    expect(networkOf({ ...read, network: "btc" })).toMatchObject({
      claim: { stackId: "one" },
      outputs: { rpcUser: "of btc" },
    });
    expect(networkOf({ ...read, network: "btc" }).bootstrap).toBeUndefined();
    expect(networkOf({ ...read, network: "ltc" }).bootstrap?.chain.height).toBe(7);
  });

  it("is refused where one is meant and none is named, or another one", () => {
    expect(() => networkOf(read)).toThrow(
      "stack dev has several networks (btc, ltc): name one, as in --stack dev:btc",
    );
    expect(() => networkOf({ ...read, network: "doge" })).toThrow(
      "stack dev has no network doge; its networks are btc, ltc",
    );
  });
});

it("says how a stack is brought up that has made nothing", () => {
  expect(() => networkOf(state())).toThrow("stack dev is not up: npm run up -- --stack dev");
});
