/** Every command that a page shows is run by a test, and by which one is said in a comment before it. */
import { readFileSync } from "node:fs";
import path from "node:path";

import { describe, expect, it } from "vitest";

import { projectFolder } from "../../../base/files/paths.ts";
import { asInPage, forTest, isShown, stepsOf } from "../../helpers/documented.ts";
import { type CodeBlock, pageFiles, readPage } from "../../helpers/markdown.ts";

const read = (file: string): string => readFileSync(path.join(projectFolder, file), "utf8");

const runsThemAll = "tests/integration/documented.test.ts";

/** The test that a block's comment names. */
function testOf({ note }: CodeBlock): string {
  return /^run by (tests\/\S+\.test\.ts)(?:, last)?$/.exec(note)?.[1] ?? "";
}

/** What the test of a block has to have in it: the scripts and their options, not names and comments. */
function wordsOf({ text }: CodeBlock): string[] {
  const calls = [...text.matchAll(/(?:npm run (?:-s )?|npx regtest-network )([^#\n]*)/g)];
  return calls.flatMap(([, call = ""]) => {
    const [script = "", ...rest] = call.trim().split(/\s+/);
    // Tests drive the Pulumi CLI by its Automation API.
    if (script === "pulumi") return [];
    return [script, ...rest.filter((word) => /^--[a-z]/.test(word) || subcommands.has(word))];
  });
}
const subcommands = new Set(["list", "show", "diff", "export", "import", "push", "pull", "remove"]);

const files = await pageFiles();
const blocks = files.flatMap((file) =>
  readPage(file)
    .blocks.filter(
      ({ language, generated }) => !generated && ["sh", "console", "bash"].includes(language),
    )
    .map((block) => ({ ...block, place: `${file}:${block.line}` })),
);

describe("the test of the commands", () => {
  it.each(blocks)("at $place is there and has them", (block) => {
    const test = testOf(block);
    expect(test, "a comment before it: run by tests/….test.ts").not.toBe("");
    const own = read(test);
    // Some are typed by an example that the test runs.
    const source = own.includes('"deposit.sh"') ? own + read("examples/testing/deposit.sh") : own;
    const [page = ""] = block.place.split(":");
    const wanted = test === runsThemAll ? [`"${page}"`] : wordsOf(block);
    expect(wanted.filter((word) => !source.includes(word))).toEqual([]);
  });
});

describe("a page's commands", () => {
  const names = {
    stack: "test-1",
    prefix: "test-1-",
    words: { lunch: "test-1-lunch" },
    ports: { 18332: 20001, 18352: 20002 },
  };

  it.each([
    ["npm run up", "npm run up -- --stack test-1"],
    ["npm run mine -- 6    # six", "npm run mine -- 6 --stack test-1    # six"],
    ["npm run -s snapshot -- list", "npm run -s snapshot -- list"],
    ["npm run snapshot -- diff dev lunch", "npm run snapshot -- diff test-1-test-1 test-1-lunch"],
    [
      "X=$(npm run -s pulumi -- stack output x)",
      "X=$(npm run -s pulumi -- stack output x --stack test-1)",
    ],
    ["docker exec alice bitcoin-cli getbalance", "docker exec test-1-alice bitcoin-cli getbalance"],
    [
      "docker run --name=alice2 -p 127.0.0.1:18352:18332 alice",
      "docker run --name=test-1-alice2 -p 127.0.0.1:20002:18332 test-1-alice",
    ],
    ["curl http://127.0.0.1:18332", "curl http://127.0.0.1:20001"],
  ])("%s becomes the test stack's", (command, typed) => {
    expect(forTest(command, names)).toBe(typed);
  });

  it("print what is the page's again", () => {
    const printed = "stack test-1 at http://127.0.0.1:20001, test-1-alice";
    expect(asInPage(printed, names)).toBe("stack dev at http://127.0.0.1:18332, alice");
  });

  it("are told from what they print", () => {
    const block = { language: "console", text: "$ a \\\n  b\nc\n\n$ d\n", line: 1, note: "" };
    expect(stepsOf({ ...block, generated: false })).toEqual([
      { command: "a \\\n  b", shown: "c" },
      { command: "d", shown: "" },
    ]);
  });

  it.each([
    ["a\nb", "a\nb", true],
    ["a  b", "a b", true],
    ["a\n…\nd", "a\nb\nc\nd", true],
    ["…\nd\n…", "d", true],
    ["up (…s)", "up (3s)", true],
    ["a\nd", "a\nb\nd", false],
    ["…\nd", "a\nb", false],
    ["a.b", "axb", false],
    ["", "a", false],
  ])("showing %j printed %j: %s", (shown, printed, yes) => {
    expect(isShown(shown, printed)).toBe(yes);
  });
});
