import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { checkScenario } from "../../../../bootstrap/scenario/run-scenario.ts";
import { scenarioFile } from "../../../../bootstrap/scenario/scenario-file.ts";
import { tempFolder } from "../../../helpers/temp-folder.ts";

let folder: string;
const cleanUp: AsyncDisposable[] = [];
beforeEach(async () => {
  await begin();
});
afterEach(async () => {
  for (const temporary of cleanUp.splice(0)) await temporary[Symbol.asyncDispose]();
});

/** The same files in a folder of their own. */
async function begin(): Promise<void> {
  const temporary = await tempFolder();
  cleanUp.push(temporary);
  folder = temporary.path;
  await write("package.json", '{ "type": "module" }');
  await write("amounts.ts", "export const amount: string = '0.1';");
  await write("types.ts", "export interface Order { readonly label: string }");
  await write(
    "scenario.ts",
    'import type { Order } from "./types.ts";\n' +
      'import { amount } from "./amounts.ts";\n' +
      "export default async (): Promise<Order> => ({ label: amount });",
  );
}

async function write(name: string, text: string): Promise<void> {
  const file = path.join(folder, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, text);
}

const digest = async (): Promise<string> => (await scenarioFile("scenario.ts", folder)).digest;

describe("the digest of a scenario", () => {
  it("is the same for the same files, wherever they are", async () => {
    const before = await digest();
    await begin();
    expect(await digest()).toBe(before);
  });

  it("changes with the file and with what it imports, but not with types", async () => {
    const before = await digest();
    await write("types.ts", "export interface Order { readonly label: string | undefined }");
    expect(await digest()).toBe(before);
    await write("amounts.ts", "export const amount: string = '0.2';");
    const after = await digest();
    expect(after).not.toBe(before);
    await write("scenario.ts", "export default () => undefined;");
    expect(await digest()).not.toBe(after);
  });
});

describe("what counts as imported", () => {
  const changesWith = async (statement: string, name: string): Promise<boolean> => {
    await write(name, "1");
    await write("scenario.ts", statement);
    const before = await digest();
    await write(name, "2");
    return (await digest()) !== before;
  };

  it.each([
    'import { amount, type Order } from "./more.ts";',
    'import amount, * as all from "./more.ts";',
    "import {amount}from'./more.ts'",
    'import {\n  amount,\n  fee,\n} from "./more.ts";',
    'export * from "./more.ts";',
    'export { amount as default } from "./more.ts";',
    'import "./more.ts";',
    'const { amount } = await import("./more.ts");',
    'import data from "./more.ts" with { type: "json" };',
  ])("%j", async (statement) => {
    expect(await changesWith(statement, "more.ts")).toBe(true);
  });

  it.each([
    'import type { Order } from "./more.ts";',
    'import { type Order, type Item } from "./more.ts";',
    'export type { Order } from "./more.ts";',
    'import more from "more.ts";',
    'export const file = "./more.ts";',
  ])("not %j", async (statement) => {
    expect(await changesWith(statement, "more.ts")).toBe(false);
  });

  it("what an import imports, in a circle too, and from the folder above", async () => {
    await write("more.ts", 'import "./scenario.ts"; import "./deep.ts";');
    expect(await changesWith('import "./more.ts";', "deep.ts")).toBe(true);
    await write("even/scenario.ts", 'import "../deep.ts";');
    const inner = async (): Promise<string> =>
      (await scenarioFile("even/scenario.ts", folder)).digest;
    const before = await inner();
    await write("deep.ts", "3");
    expect(await inner()).not.toBe(before);
  });
});

describe("a scenario that is none", () => {
  const problem = async (name = "scenario.ts"): Promise<unknown> => {
    const read = async (): Promise<void> => {
      await checkScenario(await scenarioFile(name, folder), folder, 30_000);
    };
    return await read().then(
      () => undefined,
      (error: unknown) => (error as Error).message,
    );
  };

  it("is told: a file that is not there", async () => {
    expect(await problem("nowhere.ts")).toBe("there is no such file");
  });

  it("is told: one that cannot be read as TypeScript, with the line", async () => {
    await write("scenario.ts", "export default async () => {\n  const = 1;\n};");
    expect(await problem()).toMatch(/^it cannot be loaded: scenario\.ts:2: Unexpected token `=`/);
  });

  it("is told: one that imports what is not there", async () => {
    await write("scenario.ts", 'import "./nowhere.ts";\nexport default () => undefined;');
    expect(await problem()).toMatch(
      /^it cannot be loaded: Cannot find module '.*nowhere\.ts' imported from .*scenario\.ts/,
    );
  });

  it("is told: one without a default export", async () => {
    await write("scenario.ts", "export const scenario = async () => {};");
    expect(await problem()).toMatch(/^it has no function as its default export; write `export/);
  });

  it("is told: one that throws when it is loaded", async () => {
    await write("scenario.ts", 'throw new Error("no shop");');
    expect(await problem()).toBe("it cannot be loaded: no shop");
  });
});
