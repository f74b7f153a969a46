import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, test } from "vitest";

import { containerTable } from "../../../../provider/docker/container-rules.ts";
import { networkTable } from "../../../../provider/docker/network-rules.ts";
import { packStandIn, standInDigest } from "../../../../provider/docker/pack.ts";
import { remoteImageTable } from "../../../../provider/docker/remote-image-rules.ts";
import { volumeTable } from "../../../../provider/docker/volume-rules.ts";
import { isRefused, type Fields, type Kind } from "../../../../provider/docker/rules.ts";
import { tempFolder } from "../../../helpers/temp-folder.ts";

test("the same sources make the same archive", async () => {
  await using folder = await tempFolder();
  const archives = ["first.tar.gz", "second.tar.gz"].map((name) => join(folder.path, name));
  for (const archive of archives) await packStandIn(archive);
  const [first, second] = await Promise.all(archives.map((archive) => readFile(archive)));
  expect(first?.length).toBeGreaterThan(10_000);
  expect(first?.equals(second ?? Buffer.of())).toBe(true);
  expect(await standInDigest()).toMatch(/^[0-9a-f]{64}$/);
});

test("the README lists each property where it belongs", async () => {
  const file = new URL("../../../../provider/docker/README.md", import.meta.url);
  const [, served = "", refused = ""] = (await readFile(file, "utf8")).split(/^## /m);
  for (const table of [networkTable, volumeTable, containerTable, remoteImageTable]) {
    for (const [name, where] of placed(table)) {
      expect(where === "served" ? served : refused, `${name} is ${where}`).toContain(`\`${name}\``);
    }
  }
});

/** Properties and members of objects, each with whether it is served. What labels, ports and the like consist of is plain. */
function placed(fields: Fields): [string, "served" | "refused"][] {
  return Object.entries(fields).flatMap(([name, rule]) => {
    if (isRefused(rule)) return [[name, "refused"] as [string, "refused"]];
    const members = membersOf(rule.kind);
    const refusedMembers = Object.values(members ?? {}).some(isRefused);
    return [[name, "served"], ...(members && refusedMembers ? placed(members) : [])];
  });
}

function membersOf(kind: Kind): Fields | undefined {
  if (kind.type === "object") return kind.fields;
  return kind.type === "list" || kind.type === "set" ? membersOf(kind.of) : undefined;
}
