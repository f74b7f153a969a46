/** The golden values as people read them: a part of docs/reproducible-chain.md. */
import { readFile, writeFile } from "node:fs/promises";

import { walkThrough } from "../../bootstrap/keys/wallet-descriptors.ts";
import type { GoldenTable, GoldenValues } from "./values.ts";

const file = new URL("../../docs/reproducible-chain.md", import.meta.url);

const begin = "<!-- golden values: npm run golden -- --write -->";
const end = "<!-- end of the golden values -->";

/** The part of the document between its two marks. */
export async function readDocumented(): Promise<string> {
  return parted(await readFile(file, "utf8")).values;
}

export async function writeDocumented(table: GoldenTable): Promise<void> {
  const { before, after } = parted(await readFile(file, "utf8"));
  await writeFile(file, before + documented(table) + after);
}

/** A table for each version of bitcoind. */
export function documented(table: GoldenTable): string {
  const sections = Object.entries(table).map(
    ([bitcoind, values]) => `### \`${bitcoind}\`\n\n${tableOf(values)}\n\n`,
  );
  return `\n\n${sections.join("")}`;
}

function tableOf(values: GoldenValues): string {
  const [spent = "", ...spendable] = values.coinbases;
  const rows: [string, string][] = [
    ["What", "Value"],
    ["Height and tip", `${values.height}, \`${values.tip}\``],
    ["UTXO set (`gettxoutsetinfo muhash`)", code(values.muhash)],
    ["Alice's address", code(values.aliceAddress)],
    ["Its private key", code(walkThrough.wif)],
    ["Funding payment, output 0 to Alice, output 1 the change", code(values.fundingTxid)],
    ["Block of the funding payment", code(values.fundingBlock)],
    ["The miner's address for the change", code(values.changeAddress)],
    ["The miner's address for coinbases", code(values.miningAddress)],
    ["Coinbase of block 1, spent by the funding payment", code(spent)],
    ...spendable.map((txid, index): [string, string] => [
      `Coinbase of block ${index + 2}, spendable`,
      code(txid),
    ]),
  ];
  return aligned(rows);
}

/** The first row is the head. Columns are aligned as the formatter of this repository aligns them. */
function aligned(rows: readonly (readonly [string, string])[]): string {
  const widths = [0, 1].map((column) =>
    Math.max(...rows.map((cells) => cells[column]?.length ?? 0)),
  );
  const lines = rows.map((cells) => cells.map((text, column) => text.padEnd(widths[column] ?? 0)));
  const rule = widths.map((width) => "-".repeat(width));
  return [...lines.slice(0, 1), rule, ...lines.slice(1)]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");
}

function code(text: string): string {
  return `\`${text}\``;
}

function parted(text: string): { before: string; values: string; after: string } {
  const from = text.indexOf(begin) + begin.length;
  const to = text.indexOf(end);
  if (from < begin.length || to < from) {
    throw new Error(`docs/reproducible-chain.md has lost its marks "${begin}" and "${end}"`);
  }
  return { before: text.slice(0, from), values: text.slice(from, to), after: text.slice(to) };
}
