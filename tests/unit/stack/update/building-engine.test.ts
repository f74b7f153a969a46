import { writeFile } from "node:fs/promises";
import path from "node:path";

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { projectVariable } from "../../../../base/files/paths.ts";
import type { EngineInput } from "../../../../engine/engine-input.ts";
import { type TempFolder, tempFolder } from "../../../helpers/temp-folder.ts";

let folder: TempFolder;
beforeEach(async () => {
  folder = await tempFolder();
  vi.stubEnv(projectVariable, folder.path);
  vi.resetModules();
});
afterEach(async () => {
  vi.unstubAllEnvs();
  vi.doUnmock("../../../../stack/state-in-file.ts");
  vi.resetModules();
  await folder[Symbol.asyncDispose]();
});

/** Of a stack with that in its file, and with a network on this engine in its state; undefined: with none. */
async function engineOf(
  config: string,
  network?: { readonly engine?: EngineInput },
): Promise<EngineInput | undefined> {
  await writeFile(path.join(folder.path, "Pulumi.dev.yaml"), config);
  const claim = { urn: "claim", type: "regtest:index:Claim", outputs: network };
  const state = {
    exported: { deployment: { resources: [claim] } },
    decrypt: (text: string) => text,
  };
  vi.doMock("../../../../stack/state-in-file.ts", () => ({
    stateInFile: () => Promise.resolve(network && state),
  }));
  const { buildingEngine } = await import("../../../../stack/update/building-engine.ts");
  return await buildingEngine({ env: {}, folder: folder.path }, "dev");
}

const list = `config:
  regtest-network:hosts:
    - name: one # a manager of the swarm
      engine: tcp://10.0.0.1:2376
      certPath: certs/one
    - name: two
      engine: ssh://me@two
`;
const one = { name: "one", host: "ssh://me@one" };

describe("the engine that an update builds on", () => {
  it("is that of the hosts in the configuration while the state has none", async () => {
    const certPath = path.join(folder.path, "certs/one");
    expect(await engineOf(list)).toEqual({
      hosts: [
        { name: "one", host: "tcp://10.0.0.1:2376", certPath },
        { name: "two", host: "ssh://me@two" },
      ],
    });
  });

  it("is that of hosts which were configured as text", async () => {
    const text = JSON.stringify([{ name: "one", engine: "ssh://me@one" }]);
    const config = `config:\n  regtest-network:hosts: '${text}'\n`;
    expect(await engineOf(config)).toEqual({ hosts: [one] });
  });

  it.each([
    ["on hosts", { hosts: [one] }],
    ["with a provider", { host: "tcp://given" }],
  ])("is that of the network in the state, %s", async (_what, engine) => {
    expect(await engineOf(list, { engine })).toEqual(engine);
  });

  it.each([
    ["nowhere", "config:\n  regtest-network:blocks: 1\n", undefined],
    ["for the first host", "config:\n  regtest-network:hosts: [{ name: one }]\n", undefined],
    ["by what cannot be read", "config: {\n  regtest-network:hosts: [\n", undefined],
    [
      "by what is no engine",
      "config:\n  regtest-network:hosts: [{ name: one, engine: 5 }]\n",
      undefined,
    ],
    ["by the network in the state", list, {}],
    ["by the given provider", list, { engine: {} }],
  ])("is not named %s", async (_what, config, network) => {
    expect(await engineOf(config, network)).toBeUndefined();
  });
});
