/** What the program declares under some config, by Pulumi's mocks: without an engine, a plugin or the CLI. */
import * as pulumi from "@pulumi/pulumi";
import { vi } from "vitest";

import type { DeclaredClaim } from "../../provider/regtest/claim-handler.ts";
import { type DeclaredService, withPorts } from "../../provider/regtest/claimed-ports.ts";
import { rpcAuth } from "../../bootstrap/keys/rpcauth.ts";
import { defaultArgs } from "../../bootstrap/plan/settings/network-schema.ts";

const project = "regtest-network";
const stack = "declared";

/** A resource as the program registers it. */
export interface DeclaredResource {
  readonly type: string;
  readonly name: string;
  /** URN and id of its provider, as far as it is none of the default ones. */
  readonly provider?: string | undefined;
  readonly inputs: Readonly<Record<string, unknown>>;
}

export interface DeclaredProgram {
  /** In the order of their registration. */
  readonly resources: readonly DeclaredResource[];
  /** Stack outputs; of a secret, the value. */
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly secretOutputs: readonly string[];
  /** The inputs of all resources of that type. */
  readonly of: (type: string) => readonly DeclaredResource["inputs"][];
}

/** The password that the mocked claim generates when none is configured. */
export const generatedPassword = "generated-once";

/**
 * Runs index.ts with the defaults and `config` on top.
 * @param secrets keys of `config` that are set with --secret
 * @throws what the program throws
 */
export async function declaredBy(
  config: Readonly<Record<string, string>> = {},
  secrets: readonly string[] = [],
): Promise<DeclaredProgram> {
  return await declaredIn(() => import("../../index.ts"), config, secrets);
}

/** The same for a program of a user's own, which returns its outputs. */
export async function declaredIn(
  program: () => Promise<object>,
  config: Readonly<Record<string, string>> = {},
  secrets: readonly string[] = [],
): Promise<DeclaredProgram> {
  vi.stubEnv("DOCKER_HOST", "unix:///nowhere/docker.sock");
  vi.stubEnv("DOCKER_CONTEXT", undefined);
  vi.resetModules();
  const resources: DeclaredResource[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: async (args) => {
        const { type, name, provider } = args;
        const inputs = unwrapped(args.inputs) as DeclaredResource["inputs"];
        resources.push({ type, name, provider, inputs });
        return { id: `${name}-id`, state: { ...inputs, ...(await madeOf(type, name, inputs)) } };
      },
      call: ({ token }) => {
        throw new Error(`the program calls ${token}`);
      },
    },
    project,
    stack,
    false,
  );
  pulumi.runtime.setAllConfig(
    configValues(config),
    secrets.map((key) => `${project}:${key}`),
  );
  const secretOutputs: string[] = [];
  const outputs: Record<string, unknown> = {};
  try {
    const exported = await program();
    for (const [key, value] of Object.entries(exported as Record<string, unknown>)) {
      const output = pulumi.output(value);
      if (await pulumi.isSecret(output)) secretOutputs.push(key);
      outputs[key] = await promiseOf(output);
    }
  } finally {
    // What is still being registered would be an unknown resource to the next program's mocks.
    await pulumi.runtime.disconnect();
  }
  return {
    resources,
    outputs,
    secretOutputs,
    of: (type) => resources.filter((made) => made.type === type).map(({ inputs }) => inputs),
  };
}

function configValues(config: Readonly<Record<string, string>>) {
  const all = Object.entries({ ...defaultArgs, ...config });
  return Object.fromEntries(
    all.map(([key, value]) => [
      `${project}:${key}`,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
}

/** The same with the values of secrets, which come wrapped. */
function unwrapped(value: unknown): unknown {
  if (pulumi.runtime.isRpcSecret(value)) return unwrapped(pulumi.runtime.unwrapRpcSecret(value));
  if (Array.isArray(value)) return value.map(unwrapped);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, unwrapped(entry)]));
}

/** What the providers add to a resource's inputs. */
async function madeOf(
  type: string,
  name: string,
  inputs: DeclaredResource["inputs"],
): Promise<object> {
  const make = made[type];
  if (make === undefined) throw new Error(`the program declares a ${type}, which has no mock`);
  return await make(name, inputs);
}

const nothing = (): object => ({});

const made: Readonly<
  Record<string, (name: string, inputs: DeclaredResource["inputs"]) => object | Promise<object>>
> = {
  "pulumi:providers:docker": nothing,
  "regtest:index:RegtestNetwork": nothing,
  "regtest:index:BitcoinNode": nothing,
  "regtest:index:Service": nothing,
  "regtest:index:Services": nothing,
  "regtest:index:ServiceState": nothing,
  "docker:index/network:Network": nothing,
  "docker:index/volume:Volume": nothing,
  "docker:index/container:Container": nothing,
  "docker:index/remoteImage:RemoteImage": (name) => ({ imageId: `sha256:${name}` }),
  "regtest:index:Claim": async (_name, inputs) => {
    const {
      nodes,
      services = [],
      rpcUser,
      rpcPassword = generatedPassword,
    } = inputs as unknown as Claim;
    const auth = rpcAuth(rpcUser, rpcPassword, stackId);
    // The engine makes it one, which the claim asks it for.
    const secret = {
      [pulumi.runtime.specialSigKey]: pulumi.runtime.specialSecretSig,
      value: rpcPassword,
    };
    const withPort = services.map((service) => ({
      ...service,
      ports: service.ports.map((port, index) => ({ port: 20_000 + index, ...port })),
    }));
    return {
      ...{ stackId, rpcPassword: secret, rpcAuth: auth, outside: [] },
      ...{ nodes: (await withPorts({ nodes })).nodes, services: withPort },
    };
  },
  "docker:index/service:Service": nothing,
  "regtest:index:HostImage": (_name, { image }) => ({ imageId: image }),
  "regtest:index:CoreRelease": () => ({ folder: "core-folder", digest: "digest" }),
  "regtest:index:Source": () => ({ manifest, images: snapshotImages }),
  "regtest:index:Bootstrap": () => ({ chain: facts, funded, addresses, miningAddress }),
  "regtest:index:FreshBlock": () => ({ block: freshBlock }),
  "regtest:index:Snapshot": () => ({ images: snapshotImages, addresses }),
};

interface Claim {
  readonly nodes: readonly DeclaredClaim[];
  readonly services?: readonly DeclaredService[];
  readonly rpcUser: string;
  readonly rpcPassword?: string;
}

const stackId = "0123456789abcdef";
const addresses = { alice: "172.18.0.2", miner: "172.18.0.3" };
const miningAddress = "where the miner mines to";
const funded = [{ node: "alice", label: "Alice", amount: "30", address: "hers", txid: "of 30" }];

const facts = {
  height: 107,
  tip: "tip",
  wallets: { alice: { alice: "30.00000000" }, miner: { miner: "319.99998560" } },
};

const freshBlock = { height: 108, hash: "fresh", time: "2026-08-01T12:00:00Z" };

const manifest = { snapshot: "funded", created: "2026-08-01T12:00:00Z", facts };

const snapshotImages = {
  alice: { image: "alice:latest", id: "sha256:of-alice" },
  miner: { image: "miner:latest", id: "sha256:of-miner" },
};

async function promiseOf<T>(output: pulumi.Output<T>): Promise<T> {
  // An output that fails ends the process; what its promise is rejected with is the reason.
  return await (output as unknown as { promise(): Promise<T> }).promise();
}
