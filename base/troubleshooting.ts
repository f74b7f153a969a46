/** Pointers from an error to the section of docs/troubleshooting.md that explains more than fits into its message. */
import { existsSync } from "node:fs";

/** The anchors of the page's sections that errors point to. */
export const sections = [
  "a-download-failed",
  "a-node-ended",
  "a-service-failed",
  "a-step-took-too-long",
  "another-service-answers",
  "block-from-the-future",
  "blocks-at-risk",
  "configuration",
  "disk-full",
  "engine-elsewhere",
  "no-docker-engine",
  "no-such-snapshot",
  "other-keys",
  "scenario-failed",
  "snapshot-differs",
  "snapshot-not-to-be-trusted",
  "wrong-password",
] as const;

export type Section = (typeof sections)[number];

const page = "docs/troubleshooting.md";

/** The npm package does not contain the docs. */
const pageIsThere = existsSync(new URL(`../${page}`, import.meta.url));

/** The message with a pointer at its end; just the message where the page is not there to be read. */
export function pointing(message: string, section: Section): string {
  if (!pageIsThere) return message;
  const see = `see ${page}#${section}`;
  // Below quoted lines of a log it would read as one of them.
  return message.includes("\n") ? `${message}\n(${see})` : `${message} (${see})`;
}
