import { createHash } from "node:crypto";

/** 12 hex digits that change with the text. */
export function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}
