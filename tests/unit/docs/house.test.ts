/** The house as docs/how-it-works.md draws it, next to the imports of the code. */
import { existsSync, readFileSync } from "node:fs";
import { glob } from "node:fs/promises";
import path from "node:path";

import { expect, test } from "vitest";

import { packageFolder } from "../../../base/files/paths.ts";
import { readPage } from "../../helpers/markdown.ts";

const drawn = readPage("docs/how-it-works.md").blocks.find(({ text }) => text.startsWith("base  "));
const rooms = (drawn?.text ?? "")
  .trimEnd()
  .split("\n")
  .map((line) => line.split(" ", 1)[0] ?? "");

const tops = new Set(rooms.map((room) => room.split("/", 1)[0] ?? ""));
const files: string[] = [];
for (const top of tops)
  for await (const file of glob(`${top}/**/*.{ts,tsx}`, { cwd: packageFolder })) files.push(file);

/** The files of the project that a file imports, statically or not, types included. */
function imports(file: string): string[] {
  const text = readFileSync(path.join(packageFolder, file), "utf8");
  return (
    [...text.matchAll(/(?:\bfrom|\bimport\(|^import)\s*"(\.[^"]+)"/gm)]
      .map(([, to = ""]) => path.posix.join(path.posix.dirname(file), to))
      // Programs that are printed for others have imports too.
      .filter((to) => existsSync(path.join(packageFolder, to)))
  );
}

test("every folder with code is a room, and every room has code", () => {
  const folders = new Set(files.map((file) => path.posix.dirname(file)));
  expect([...folders].toSorted()).toEqual(rooms.toSorted());
});

test("no room imports from one below it", () => {
  const place = (file: string): number => rooms.indexOf(path.posix.dirname(file));
  const upwards = files.flatMap((file) =>
    imports(file)
      .filter((to) => place(to) > place(file) || place(to) < 0)
      .map((to) => `${file} -> ${to}`),
  );
  // The commands that work on this checkout drive what its tests and pages have.
  expect(upwards.filter((edge) => !/^cli\/dev\/\S+ -> (?:tests|docs)\//.test(edge))).toEqual([]);
});

test("nothing but the set-up knows the stand-in for the Docker plugin", () => {
  const standIn = files
    .filter((file) => !file.startsWith("provider/docker/"))
    .filter((file) => imports(file).some((to) => to.startsWith("provider/docker/")));
  expect(standIn.toSorted()).toEqual(["toolchain/build-package.ts", "toolchain/ensure.ts"]);
});

test("the host of containers' ports stands in one place", () => {
  const code = (file: string): string =>
    readFileSync(path.join(packageFolder, file), "utf8").replaceAll(
      /^\s*\/\*[^]*?\*\/|^\s*\/\/.*$/gm,
      "",
    );
  const named = files.filter((file) => code(file).includes("127.0.0.1"));
  // A plugin is reached by Pulumi, and what is on this machine by no proxy, wherever the engine is.
  expect(named.toSorted()).toEqual([
    "base/proxies.ts",
    "engine/host.ts",
    "provider/server/peer-user.ts",
    "provider/server/server.ts",
  ]);
});
