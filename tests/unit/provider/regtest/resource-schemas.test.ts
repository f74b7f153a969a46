import path from "node:path";

import provider from "@pulumi/pulumi/proto/provider_pb.js";
import { expect, it } from "vitest";

import { packageFolder } from "../../../../base/files/paths.ts";
import { componentSchema } from "../../../../network/plugin/component-schema.ts";
import { networkKeys } from "../../../../bootstrap/plan/settings/network-schema.ts";
import { PluginProcess, rpc } from "../../../helpers/plugin-process.ts";

interface Schema {
  readonly resources: Readonly<
    Record<string, { readonly inputProperties: object; readonly properties: object }>
  >;
}

it("is what the plugin answers: each resource of its own, with inputs and outputs", async () => {
  const program = path.join(packageFolder, "provider/regtest/pulumi-resource-regtest");
  await using plugin = await PluginProcess.start(program);
  const answer = await plugin.call(rpc.getSchema, new provider.GetSchemaRequest());
  const { resources } = JSON.parse(answer.getSchema()) as Schema;
  expect(Object.keys(resources).map((type) => type.replace("regtest:index:", ""))).toEqual([
    ...["Claim", "Bootstrap", "Snapshot", "FreshBlock", "Services", "ServiceState", "Source"],
    ...["HostImage", "CoreRelease"],
  ]);
  const { inputProperties, properties } = resources["regtest:index:Claim"] ?? {};
  expect(inputProperties).toMatchObject({ rpcPassword: { type: "string", secret: true } });
  expect(properties).toMatchObject({ rpcAuth: { type: "string" }, prefix: { type: "string" } });
});

it("of the component takes each key of a network", () => {
  const { resources } = componentSchema() as Schema;
  const { inputProperties = {} } = resources["regtest-network:index:RegtestNetwork"] ?? {};
  const keys = networkKeys.filter((key) => key !== "start" && key !== "snapshot");
  expect(Object.keys(inputProperties)).toEqual(["from", ...keys]);
  expect(inputProperties).toMatchObject({
    nodes: { type: "array" },
    blocks: { type: "integer" },
    autoMine: { type: "string" },
    keepSnapshots: { type: "boolean" },
  });
});
