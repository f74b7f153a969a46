import { readFile } from "node:fs/promises";

import { parse } from "yaml";

const project = "regtest-network:";

/** The config of a stack file in examples/, key by key, as it stands there. */
export async function readExample(name: string): Promise<Record<string, unknown>> {
  const file = new URL(`../../examples/Pulumi.${name}.yaml`, import.meta.url);
  const { config } = parse(await readFile(file, "utf8")) as { config: Record<string, unknown> };
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [key.slice(project.length), value]),
  );
}

/** The same as texts for a test's stack, which has a prefix and ports of its own. */
export async function exampleConfig(name: string): Promise<Record<string, string>> {
  const { nodes, ...others } = await readExample(name);
  const unbound = (nodes as object[]).map((node) => ({ ...node, rpcPort: undefined }));
  return Object.fromEntries(
    Object.entries({ ...others, nodes: unbound })
      .filter(([key]) => key !== "prefix")
      .map(([key, value]) => [key, textOf(value)]),
  );
}

/** As `pulumi config set` takes it. */
function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
