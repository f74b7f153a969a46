/** Finds what was typed: a height, a block, a transaction, an address or a label. */
import { ApiError, getText } from "./api.ts";
import { href } from "./route.ts";
import { authorization, token } from "./token.ts";

/** @returns its place in the page @throws Error that says what was not found */
export async function lookUp(text: string): Promise<string> {
  const typed = text.trim();
  if (typed === "") throw new Error("Type a height, block hash, txid, address or label.");
  if (/^\d{1,9}$/.test(typed)) return await atHeight(typed);
  if (/^[\da-f]{64}$/i.test(typed)) return await byHash(typed.toLowerCase());
  if (await isAddress(typed)) return href.address(typed);
  return await byLabel(typed);
}

async function atHeight(height: string): Promise<string> {
  const hash = await unlessMissing(getText(`/block-height/${height}`));
  if (hash !== undefined) return href.block(hash);
  const tip = await getText("/blocks/tip/height");
  throw new Error(`There is no block at height ${height}: the tip is at ${tip}.`);
}

async function byHash(hash: string): Promise<string> {
  if ((await unlessMissing(getText(`/block/${hash}`))) !== undefined) return href.block(hash);
  if ((await unlessMissing(getText(`/tx/${hash}`))) !== undefined) return href.transaction(hash);
  throw new Error("No block and no transaction has this hash.");
}

async function isAddress(text: string): Promise<boolean> {
  return (await unlessMissing(getText(`/address/${encodeURIComponent(text)}`))) !== undefined;
}

async function byLabel(label: string): Promise<string> {
  if (token.value === undefined) {
    throw new Error(
      `${label} is no height, hash or address. Labels can be looked up with the link that npm run explorer prints.`,
    );
  }
  const addresses = await addressesOf(label);
  const [first] = addresses;
  if (first === undefined) {
    throw new Error(`${label} is no height, hash or address, and no wallet has this label.`);
  }
  return addresses.length === 1 ? href.address(first) : href.label(label);
}

/** Those that are paid under this label, in any node's wallet. */
export async function addressesOf(label: string): Promise<readonly string[]> {
  const answer = await fetch(`/page/labels/${encodeURIComponent(label)}`, {
    headers: authorization(),
  });
  const text = await answer.text();
  if (!answer.ok) throw new ApiError(answer.status, text);
  return (JSON.parse(text) as { addresses: readonly string[] }).addresses;
}

/** Undefined for what the API has not, or cannot be. */
async function unlessMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ApiError && error.status < 500) return undefined;
    throw error;
  }
}
