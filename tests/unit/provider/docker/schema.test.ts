/** Every property of the official schema (names of version 5.2.0, in the fixture) is served, or refused by its name. */
import { describe, expect, test } from "vitest";

import { checkProperties } from "../../../../provider/docker/check.ts";
import { containerTable } from "../../../../provider/docker/container-rules.ts";
import { networkTable } from "../../../../provider/docker/network-rules.ts";
import { remoteImageTable } from "../../../../provider/docker/remote-image-rules.ts";
import { isRefused, type Fields, type Kind } from "../../../../provider/docker/rules.ts";
import { serviceTable } from "../../../../provider/docker/service-rules.ts";
import { volumeTable } from "../../../../provider/docker/volume-rules.ts";
import schema from "../../../fixtures/docker-provider/schema.json" with { type: "json" };

/** A property's name, and those of the members of its value where that is an object or a list of them. */
interface Names {
  readonly [name: string]: Names | null;
}

const resources: [string, Fields, Names][] = [
  ["Network", networkTable, schema.Network],
  ["Volume", volumeTable, schema.Volume],
  ["Container", containerTable, schema.Container],
  ["RemoteImage", remoteImageTable, schema.RemoteImage],
  ["Service", serviceTable, schema.Service],
];

describe.each(resources)("%s", (resource, table, names) => {
  test("has a rule for each property and no other", () => {
    expect(pathsOfTable(table, names).sort()).toEqual(pathsOfSchema(names).sort());
  });

  const refusedPaths = pathsOfTable(table, names, "refused");

  test.each(refusedPaths)("%s is refused by its name", (path) => {
    const { failures } = checkProperties(resource, table, nested(path, table));
    const failure = failures.find(({ property }) => property === indexed(path, table));
    expect(failure?.reason).toContain(
      `${indexed(path, table)} is not served by this project's stand-in for the Docker plugin`,
    );
  });

  test("refuses what the schema does not have, at every depth", () => {
    expect(checkProperties(resource, table, { nmae: "x" }).failures).toContainEqual({
      property: "nmae",
      reason: expect.stringContaining(`nmae is no property of ${resource}; there are`) as string,
    });
  });
});

test("a wrong name inside of an object is refused with its path", () => {
  const { failures } = checkProperties("Container", containerTable, {
    image: "x",
    ports: [{ internal: 1 }, { internal: 2, extrenal: 3 }],
  });
  expect(failures.map(({ property }) => property)).toEqual(["ports[1].extrenal"]);
});

function pathsOfSchema(names: Names): string[] {
  return Object.entries(names).flatMap(([name, members]) => [
    name,
    ...(members === null ? [] : pathsOfSchema(members).map((path) => `${name}.${path}`)),
  ]);
}

/** The table's paths as the schema's; below a refused property nothing needs a rule, so the schema's are taken. */
function pathsOfTable(table: Fields, names: Names, which: "all" | "refused" = "all"): string[] {
  return Object.entries(table).flatMap(([name, rule]) => {
    const inSchema = names[name] ?? {};
    const fields = isRefused(rule) ? undefined : fieldsOf(rule.kind);
    const below =
      fields !== undefined
        ? pathsOfTable(fields, inSchema, which)
        : isRefused(rule) && which === "all"
          ? pathsOfSchema(inSchema)
          : [];
    const own = which === "all" || isRefused(rule) ? [name] : [];
    return [...own, ...below.map((path) => `${name}.${path}`)];
  });
}

function fieldsOf(kind: Kind): Fields | undefined {
  if (kind.type === "object") return kind.fields;
  return kind.type === "list" || kind.type === "set" ? fieldsOf(kind.of) : undefined;
}

function isList(table: Fields, name: string): boolean {
  const rule = table[name];
  return rule !== undefined && !isRefused(rule) && ["set", "list"].includes(rule.kind.type);
}

function below(table: Fields, name: string): Fields {
  const rule = table[name];
  return rule === undefined || isRefused(rule) ? {} : (fieldsOf(rule.kind) ?? {});
}

/** Property bags that hold something at `path`, lists where the table has lists. */
function nested(path: string, table: Fields): Record<string, unknown> {
  const [first = "", ...rest] = path.split(".");
  if (rest.length === 0) return { [first]: true };
  const inner = nested(rest.join("."), below(table, first));
  return { [first]: isList(table, first) ? [inner] : inner };
}

/** The path as failures name it. */
function indexed(path: string, table: Fields): string {
  const [first = "", ...rest] = path.split(".");
  if (rest.length === 0) return first;
  const own = isList(table, first) ? `${first}[0]` : first;
  return `${own}.${indexed(rest.join("."), below(table, first))}`;
}
