/** What must be true of a network that was started from a snapshot. Every image of a snapshot carries the whole of it. */
import { createHash } from "node:crypto";

import { checkedManifest, type Manifest, manifestFormats } from "./manifest-schema.ts";

/** The label that holds a snapshot's manifest, as JSON. */
export const manifestLabel = "regtest-network.manifest";

/** The label that holds the SHA-256 of the manifest's text: one of the two cannot be altered alone. */
const digestLabel = "regtest-network.manifest-sha256";

export const manifestLabelNames: readonly string[] = [manifestLabel, digestLabel];

/** Characters of a manifest's text: a hundred nodes take a tenth of it. */
const longestText = 1024 * 1024;

/**
 * The labels that carry the manifest.
 * @throws Error when it could not be read again, as with a wallet's label that nobody can print
 */
export function manifestLabels(manifest: Manifest): Record<string, string> {
  checkedManifest(manifest);
  const text = JSON.stringify(manifest);
  return { [manifestLabel]: text, [digestLabel]: sha256(text) };
}

/**
 * Reads the manifest that an image's labels carry.
 * @param of names the image in errors
 * @throws Error when there is none, when it was altered, is of another format, or is no manifest
 */
export function readManifest(labels: Readonly<Record<string, string>>, of: string): Manifest {
  const text = labels[manifestLabel];
  if (text === undefined)
    throw new Error(`${of} carries no manifest: it is not part of a snapshot`);
  if (labels[digestLabel] !== sha256(text)) {
    throw new Error(`${of}: its manifest was altered; take or fetch the snapshot again`);
  }
  try {
    if (text.length > longestText) throw new Error(`it has ${text.length} characters`);
    const manifest: unknown = JSON.parse(text);
    const format = formatOf(manifest);
    if (!(manifestFormats as readonly unknown[]).includes(format)) {
      throw new Error(
        `it has format ${JSON.stringify(format)}, this version reads ${manifestFormats.join(" and ")}; ` +
          "take the snapshot again with this version",
      );
    }
    return checkedManifest(manifest);
  } catch (cause) {
    throw new Error(`${of}: its manifest cannot be read: ${(cause as Error).message}`, { cause });
  }
}

function formatOf(manifest: unknown): unknown {
  return (manifest as { readonly format?: unknown } | null)?.format;
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
