/** The component in programs of users, by Pulumi's mocks; on an engine: tests/integration/component.test.ts. */
import { afterEach, describe, expect, it, vi } from "vitest";

import { declaredIn, type DeclaredProgram } from "../../helpers/declared-program.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

const container = "docker:index/container:Container";

/** As a user's program imports it; the modules are loaded anew for each program. */
async function imports() {
  const { RegtestNetwork } = await import("../../../network/index.ts");
  const docker = await import("@pulumi/docker");
  const pulumi = await import("@pulumi/pulumi");
  return { RegtestNetwork, docker, pulumi };
}

function valuesOf({ of }: DeclaredProgram, type: string, key: string): unknown[] {
  return of(type).map((inputs) => inputs[key]);
}

describe("two networks in one program", () => {
  const program = async (): Promise<object> => {
    const { RegtestNetwork } = await imports();
    const one = new RegtestNetwork("btc");
    const two = new RegtestNetwork("other", {
      nodes: [{ name: "bob" }, { name: "carol", role: "miner" }],
      fund: [{ node: "bob", label: "Bob", amount: "7" }],
    });
    return { one: one.endpoints, two: two.endpoints, url: two.nodes.bob.internalUrl };
  };

  it("have no name in common, and ports of their own", async () => {
    const declared = await declaredIn(program);
    expect(valuesOf(declared, container, "name").toSorted()).toEqual([
      ...["btc-declared-alice", "btc-declared-miner"],
      ...["other-declared-bob", "other-declared-carol"],
    ]);
    const names = declared.resources.map(({ type, name }) => `${type} ${name}`);
    expect(new Set(names).size).toBe(names.length);
    const published = valuesOf(declared, container, "ports").flat();
    const ports = published.map((port) => (port as { external: number }).external);
    expect(new Set(ports).size).toBe(4);
    expect(ports).not.toContain(18332);
    expect(declared.outputs["url"]).toBe("http://bob:18332");
  });
});

describe("a network", () => {
  it("takes each argument of the plan, and tells all that are wrong at once", async () => {
    const program = async (): Promise<object> => {
      const { RegtestNetwork } = await imports();
      return new RegtestNetwork("btc", { blocks: 100, nodes: [{ name: "Alice" }], prefix: "A-" });
    };
    await expect(declaredIn(program)).rejects.toThrow(
      /blocks: 100 is not allowed[^]*prefix: "A-" is not allowed/,
    );
  });

  it("keeps a password as a secret, whether it comes as one or not", async () => {
    const { outputs, secretOutputs, of } = await declaredIn(async () => {
      const { RegtestNetwork, pulumi } = await imports();
      const one = new RegtestNetwork("one", { rpcPassword: "in-clear" });
      const two = new RegtestNetwork("two", { rpcPassword: pulumi.secret("as-a-secret") });
      return { one: one.rpcPassword, two: two.rpcPassword };
    });
    expect(outputs).toEqual({ one: "in-clear", two: "as-a-secret" });
    expect(secretOutputs).toEqual(["one", "two"]);
    expect(of("regtest:index:Claim")).toHaveLength(2);
  });

  it("is on the engine of the provider that it is given, and so are the plugin's own resources", async () => {
    const { of, resources } = await declaredIn(async () => {
      const { RegtestNetwork, docker } = await imports();
      const own = new docker.Provider("own", { host: "unix:///run/own.sock" });
      return new RegtestNetwork("btc", {}, { providers: { docker: own } });
    });
    const providers = resources.filter(({ type }) => type === "pulumi:providers:docker");
    expect(providers.map(({ name }) => name)).toEqual(["own"]);
    for (const type of ["Claim", "Bootstrap", "Snapshot"]) {
      const [inputs] = of(`regtest:index:${type}`);
      expect(inputs).toMatchObject({ engine: { host: "unix:///run/own.sock" } });
    }
  });

  it.each([undefined, "registry.example:5000/regtest"])(
    "brings images to its hosts by the registry %s",
    async (registry) => {
      const { of } = await declaredIn(async () => {
        const { RegtestNetwork } = await imports();
        const hosts = ["one", "two"].map((name) => ({ name, engine: `ssh://me@${name}` }));
        const nodes = [
          { name: "alice", host: "two" },
          { name: "miner", role: "miner" as const },
        ];
        return new RegtestNetwork("btc", { hosts, nodes, ...(registry && { registry }) });
      });
      const [image] = of("regtest:index:HostImage");
      expect(image).toMatchObject({ host: "two", name: "btc-declared-regtest-bitcoind-copy" });
      expect(image?.["registry"]).toBe(registry);
    },
  );

  it("names its nodes when it is asked for another one", async () => {
    const program = async (): Promise<object> => {
      const { RegtestNetwork } = await imports();
      return { url: new RegtestNetwork<string>("btc").node("dave").internalUrl };
    };
    await expect(declaredIn(program)).rejects.toThrow(
      "the network has no node dave; it has alice, miner",
    );
  });
});
