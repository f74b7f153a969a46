/** Snapshots in a container registry: `REPOSITORY:NODE` for each node, and `REPOSITORY:latest` to begin with. */
import type Docker from "dockerode";

import { isRepository } from "../../plan/settings/image-reference.ts";
import type { ImageContent } from "./archive.ts";
import { findSnapshot, type StoredSnapshot } from "../find.ts";
import { readManifest } from "../manifest.ts";
import { membersOf } from "../manifest-schema.ts";
import { snapshotReference } from "../names.ts";
import { checkIncoming, imageContent, placeSnapshot } from "./incoming.ts";
import { lendingNames } from "../take/names-noted.ts";
import { tag } from "../references.ts";
import { registryAuth } from "./registry-auth.ts";
import { finished, type Transfer } from "./transfer.ts";

/**
 * The tag of any one node's image, pushed last: its manifest says which nodes there are. A push that was
 * interrupted leaves the one of the snapshot before, which a pull then finds mixed.
 */
const entry = "latest";

/** Pushes all images of a snapshot. The engine's own images and names stay as they are. */
export async function pushSnapshot(
  docker: Docker,
  name: string,
  repository: string,
  transfer: Transfer,
): Promise<StoredSnapshot> {
  checkRepository(repository);
  const snapshot = await findSnapshot(docker, name);
  const images = Object.entries(snapshot.images).map(([node, { id }]) => ({ node, id }));
  const pushed = [...images, ...images.slice(0, 1).map(({ id }) => ({ node: entry, id }))];
  const authconfig = await registryAuth(repository);
  const references = pushed.map(({ node }) => `${repository}:${node}`);
  await lendingNames(docker, references, async () => {
    for (const { node, id } of pushed) {
      const reference = `${repository}:${node}`;
      transfer.status(`push ${reference}`);
      await tag(docker, id, reference);
      const { signal } = transfer;
      const answer = docker.getImage(reference).push({ authconfig, abortSignal: signal });
      await finished(answer, transfer);
    }
  });
  return snapshot;
}

/**
 * Pulls a snapshot that was pushed and gives it its own names.
 * @throws Error when what the registry has is not one whole snapshot, or another one has its name and `force`
 *   does not say to replace it; nothing of it is kept then
 */
export async function pullSnapshot(
  docker: Docker,
  repository: string,
  { force, ...transfer }: Transfer & { readonly force: boolean },
): Promise<StoredSnapshot> {
  checkRepository(repository);
  const authconfig = await registryAuth(repository);
  const at = (node: string): string => `${repository}:${node}`;
  const pull = async (node: string): Promise<ImageContent> => {
    const reference = at(node);
    transfer.status(`pull ${reference}`);
    const options = { fromImage: reference, abortSignal: transfer.signal };
    await finished(docker.createImage(authconfig, options), transfer);
    return await imageContent(docker, reference);
  };
  const name = await lendingNames(docker, [at(entry)], async () => {
    const { labels } = await pull(entry);
    const members = membersOf(readManifest(labels, at(entry))).map(({ name }) => name);
    return await lendingNames(docker, members.map(at), async () => {
      const contents: ImageContent[] = [];
      for (const member of members) contents.push(await pull(member));
      const incoming = checkIncoming(contents, (_name, node) => at(node));
      const { name, images } = incoming.snapshot;
      const lent = [entry, ...members].map(at);
      await placeSnapshot(docker, incoming, { force, lent }, async () => {
        for (const [node, { id }] of Object.entries(images))
          await tag(docker, id, snapshotReference(name, node));
      });
      return name;
    });
  });
  return await findSnapshot(docker, name);
}

/** @throws Error that says what a repository looks like */
export function checkRepository(repository: string): void {
  if (isRepository(repository)) return;
  throw new Error(
    `"${repository}" is not a repository: give one without a tag, such as registry.example.com/team/funded`,
  );
}
