import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";

import { describe, expect, it, onTestFinished } from "vitest";

import { recordedResources } from "../../../../provider/regtest/state-file.ts";
import { tempFolder } from "../../../helpers/temp-folder.ts";

const urn = "urn:pulumi:dev::regtest-network::regtest:index:Claim::claim";
const resources = [{ type: "docker:index/container:Container", id: "c1" }];

async function writeState(backend: string, text: string): Promise<void> {
  const folder = path.join(backend, ".pulumi/stacks/regtest-network");
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, "dev.json"), text);
}

describe("what a stack's state has, without its CLI", () => {
  const state = JSON.stringify({ version: 3, checkpoint: { latest: { resources } } });

  it("is read of the backend that the environment names, or that somebody is logged in to", async () => {
    await using temp = await tempFolder();
    const folder = temp.path;
    await writeState(folder, state);
    const url = `${pathToFileURL(folder).href}?metadata=skip`;
    expect(await recordedResources(urn, { PULUMI_BACKEND_URL: url })).toEqual(resources);
    await writeFile(path.join(folder, "credentials.json"), JSON.stringify({ current: url }));
    expect(await recordedResources(urn, { PULUMI_HOME: folder })).toEqual(resources);
  });

  it("is read of a relative backend, which begins in the folder of the program", async () => {
    await using temp = await tempFolder();
    const before = process.cwd();
    await temp.write({ "Pulumi.yaml": "name: regtest-network\nbackend:\n  url: file://./state\n" });
    await writeState(path.join(temp.path, "state"), state);
    process.chdir(temp.path);
    onTestFinished(() => {
      process.chdir(before);
    });
    expect(await recordedResources(urn, { PULUMI_BACKEND_URL: "file://state" })).toEqual(resources);
    expect(await recordedResources(urn, {})).toEqual(resources);
  });

  it("is unknown where the stack is kept compressed, or in another form", async () => {
    await using temp = await tempFolder();
    const own = { PULUMI_BACKEND_URL: pathToFileURL(temp.path).href };
    await writeState(temp.path, state.replace('"version":3', '"version":4'));
    expect(await recordedResources(urn, own)).toBeUndefined();
    await writeState(temp.path, state);
    await temp.write({ ".pulumi/stacks/regtest-network/dev.json.zst": "" });
    expect(await recordedResources(urn, own)).toBeUndefined();
  });

  it("is unknown of a service, of another stack, and while it is not whole", async () => {
    await using temp = await tempFolder();
    const folder = temp.path;
    await writeState(folder, state.slice(0, -1));
    const own = { PULUMI_BACKEND_URL: pathToFileURL(folder).href };
    expect(await recordedResources(urn, own)).toBeUndefined();
    expect(await recordedResources(urn.replace("dev", "two"), own)).toBeUndefined();
    const service = { PULUMI_BACKEND_URL: "https://api.pulumi.com" };
    expect(await recordedResources(urn, service)).toBeUndefined();
  });
});
