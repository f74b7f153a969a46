/** The resource `Source`: the snapshot that a stack starts from, looked up once and then kept. */
import type { CheckFailure, Properties } from "../server/handler.ts";
import { pointing } from "../../base/troubleshooting.ts";
import { connectTo, type OnEngine } from "../../engine/engine-input.ts";
import { lookUp } from "./lookup-resource.ts";
import { type DeclaredNetwork, mismatches } from "../../bootstrap/snapshots/matching-stack.ts";
import { type StoredSnapshot, findSnapshot } from "../../bootstrap/snapshots/find.ts";
import { imageId } from "../../bootstrap/snapshots/images.ts";
import type { CommittedImage } from "../../bootstrap/snapshots/committed-image.ts";
import type { Manifest } from "../../bootstrap/snapshots/manifest-schema.ts";

/** The nodes that the stack has: the snapshot must have the same. */
export interface SourceInputs extends DeclaredNetwork, OnEngine {
  /** Name of the snapshot. */
  readonly snapshot: string;
}

export interface SourceState extends SourceInputs {
  readonly manifest: Manifest;
  /** Name of the node or service → the image it starts from. */
  readonly images: Readonly<Record<string, CommittedImage>>;
}

/** The snapshot is not this stack's to remove. */
export const sourceHandler = lookUp({
  id: "snapshot",
  importRefusal: "A source cannot be imported: it is what config `snapshot` names.",

  async check(news, olds, { signal }) {
    const inputs = news as unknown as SourceInputs;
    const docker = await connectTo(inputs, signal);
    const kept = olds as SourceState | undefined;
    // A stack that was started stays with its images, also when the name has come to mean others.
    if (kept?.snapshot === inputs.snapshot) {
      const there = await Promise.all(
        Object.values(kept.images).map(({ id }) => imageId(docker, id)),
      );
      if (!there.includes(undefined))
        return { inputs: { ...kept, ...inputs }, failures: refusals(inputs, kept.manifest) };
    }
    try {
      const found = await findSnapshot(docker, inputs.snapshot);
      return {
        inputs: { ...news, ...whatIsKept(found) },
        failures: refusals(inputs, found.manifest),
      };
    } catch (error) {
      const reason = pointing(
        `snapshot: ${(error as Error).message}; npm run snapshot -- list shows the snapshots`,
        "no-such-snapshot",
      );
      return { inputs: news, failures: [{ property: "snapshot", reason }] };
    }
  },
});

function whatIsKept({ manifest, images }: StoredSnapshot): Properties {
  return {
    manifest,
    images: Object.fromEntries(
      Object.entries(images).map(([node, { image, id }]) => [node, { image, id }]),
    ),
  };
}

function refusals(inputs: SourceInputs, manifest: Manifest): CheckFailure[] {
  return mismatches(inputs, manifest).map((mismatch) => ({
    property: "snapshot",
    reason: `snapshot: "${inputs.snapshot}" is of another network: ${mismatch}`,
  }));
}
