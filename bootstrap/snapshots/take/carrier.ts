/**
 * Making an image that holds a node's datadir, or what a service keeps. A commit of the container itself would not:
 * volumes are left out of it, and its command, with the credentials' hash, and its labels would come along. A carrier
 * is a container of the same programs that never runs, with all that put into it.
 */
import path from "node:path";
import type { Readable } from "node:stream";

import type Docker from "dockerode";

import { engineError } from "../../../engine/engine-error.ts";
import { label, passingName } from "../../../engine/labels.ts";
import { ownedLabels, unownedLabels } from "../../../engine/clean-up/owner.ts";
import { clockFile, keepTime } from "../../clock/kept-time.ts";
import { mempoolFile } from "../../chain/mempools.ts";
import { datadir } from "../../containers/datadir.ts";
import { isBaseOf, labelsOf, splitReference } from "../images.ts";
import type { CommittedImage } from "../committed-image.ts";
import { readManifest } from "../manifest.ts";
import { membersOf } from "../manifest-schema.ts";
import { strippedImage } from "./strip.ts";
import { filteredTar } from "./tar-filter.ts";

/** Puts into the carrier what its image is to hold. */
export type Load = (carrier: Docker.Container) => Promise<void>;

/**
 * The datadir of a node that is stopped.
 * @param declared what its clock is to be set to, and no mempool; left out: both are as they are
 */
export function datadirOf(
  container: Docker.Container,
  declared?: { readonly clock: number | undefined },
): Load {
  return async (carrier) => {
    const archive = await container.getArchive({ path: datadir });
    const files = declared === undefined ? archive : withoutPeoples(archive);
    await carrier.putArchive(files, { path: path.posix.dirname(datadir) });
    if (declared?.clock !== undefined) await keepTime(carrier, declared.clock);
  };
}

/**
 * Commits an image on top of the image `programs`, under `reference`.
 * @param labels all that the image has beside those of `programs`
 */
export async function commitCarrier(
  docker: Docker,
  programs: string,
  reference: string,
  labels: Readonly<Record<string, string>>,
  load: Load,
): Promise<CommittedImage> {
  const { repo, tag } = splitReference(reference);
  try {
    const carrier = await docker.createContainer({
      name: passingName(),
      Image: programs,
      ...(await commandFor(docker, programs)),
      Labels: { ...unownedLabels, ...labels, ...ownedLabels() },
    });
    try {
      await load(carrier);
      const { Id } = (await carrier.commit({
        _query: { container: carrier.id, repo, tag, pause: false },
        _body: { Labels: { ...labels, ...unownedLabels } },
      })) as { Id: string };
      return { image: `${repo}:${tag}`, id: Id };
    } finally {
      // With the volumes that an image's VOLUME made.
      await carrier.remove({ force: true, v: true });
    }
  } catch (error) {
    throw engineError(error);
  }
}

/** The engine makes no container without a command. That of an image comes along; where it has none, so does this. */
async function commandFor(docker: Docker, image: string): Promise<{ Cmd?: string[] }> {
  const { Cmd, Entrypoint } = (await docker.getImage(image).inspect()).Config;
  const has = [Cmd, Entrypoint].some((part) => ((part as string[] | null) ?? []).length > 0);
  return has ? {} : { Cmd: ["-"] };
}

function withoutPeoples(archive: NodeJS.ReadableStream): Readable {
  const folder = path.posix.basename(datadir);
  const left = new Set([clockFile, mempoolFile].map((name) => `${folder}/${name}`));
  return filteredTar(archive, (name) => !left.has(name));
}

/**
 * Id of the image with the programs that a container runs, and no datadir. A container that was started
 * from a snapshot runs an image with one: layers upon layers would end at the engine's limit of 125, each
 * with a datadir of its own.
 */
export async function programsOf(docker: Docker, container: Docker.Container): Promise<string> {
  try {
    let { Image: id } = await container.inspect();
    for (;;) {
      const labels = await labelsOf(docker, id);
      if (!(label.snapshot in labels)) return id;
      const base = membersOf(readManifest(labels, id)).find(
        ({ name }) => name === labels[label.node],
      )?.baseImage;
      if (base === undefined || !(await isBaseOf(docker, base, id)))
        return await strippedImage(docker, id);
      id = base;
    }
  } catch (error) {
    throw engineError(error);
  }
}
