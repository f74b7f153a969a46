/** The images in an archive, as `docker save` writes it, every byte of them checked. */
import { createReadStream } from "node:fs";
import { Readable } from "node:stream";

import { pointing } from "../../base/troubleshooting.ts";
import type { SnapshotImage } from "./find.ts";
import type { counted } from "./transfer.ts";
import { type ArchivedFile, readTarFiles } from "./tar-files.ts";

export interface ImageContent extends SnapshotImage {
  /** `sha256:…` of each layer's files, lowest first. */
  readonly layers: readonly string[];
}

type Files = ReadonlyMap<string, ArchivedFile>;

/** One image in manifest.json. Layers up to engine 24 are `HEX/layer.tar`, from 25 on `blobs/sha256/HEX`. */
interface Listed {
  readonly Config: string;
  readonly RepoTags: readonly string[] | null;
  readonly Layers: readonly string[];
}

/** The part of an image's configuration that is read. */
interface ImageConfig {
  readonly config?: { readonly Labels?: Readonly<Record<string, string>> | null };
  readonly rootfs: { readonly diff_ids: readonly string[] };
}

/** What an OCI layout's index, or an image's manifest in it, says of other blobs. */
interface OciManifest {
  readonly manifests?: readonly { readonly digest: string }[];
  readonly config?: { readonly digest: string };
}

/**
 * Reads and checks an archive: that it is whole, and that every configuration and every layer is what
 * its digest says. Both layouts are read, that of engines up to 24 and the OCI layout of later ones.
 * @param count passes its bytes on, and counts them
 * @throws Error that names the file and what is wrong with it
 */
export async function readArchive(
  file: string,
  signal: AbortSignal,
  count?: ReturnType<typeof counted>,
): Promise<ImageContent[]> {
  try {
    const bytes = createReadStream(file);
    const files = await readTarFiles(
      count === undefined ? bytes : Readable.from(count(bytes)),
      signal,
    );
    return imagesIn(files);
  } catch (cause) {
    signal.throwIfAborted();
    if ((cause as NodeJS.ErrnoException).code === "ENOENT")
      throw new Error(`there is no file ${file}`, { cause });
    const reason = (cause as Error).message;
    const told = `${file} is not a whole archive of images: ${reason}`;
    throw new Error(pointing(told, "snapshot-not-to-be-trusted"), { cause });
  }
}

function imagesIn(files: Files): ImageContent[] {
  const listed = parsed(files, "manifest.json");
  if (!Array.isArray(listed)) throw new Error("its manifest.json is no list of images");
  checkBlobs(files);
  const images = (listed as readonly Listed[]).map((image) => readImage(files, image));
  checkIndex(files, new Set(images.map(({ id }) => id)));
  return images;
}

function readImage(files: Files, { Config, RepoTags, Layers }: Listed): ImageContent {
  const id = /^(?:blobs\/sha256\/)?([0-9a-f]{64})(?:\.json)?$/.exec(Config)?.[1];
  if (id === undefined || fileAt(files, Config).sha256 !== id)
    throw new Error(`the configuration ${Config} was altered: its digest is another`);
  const { config, rootfs } = parsed(files, Config) as ImageConfig;
  const [image, ...more] = RepoTags ?? [];
  if (image === undefined || more.length > 0)
    throw new Error(`image ${id} has ${RepoTags?.length ?? 0} names instead of one`);
  if (rootfs.diff_ids.length !== Layers.length)
    throw new Error(
      `${image} has ${Layers.length} layers, its configuration says ${rootfs.diff_ids.length}`,
    );
  let size = 0;
  for (const [index, name] of Layers.entries()) {
    const layer = fileAt(files, name);
    if (`sha256:${layer.unpackedSha256}` !== rootfs.diff_ids[index])
      throw new Error(`${image}: layer ${name} is not what the image's configuration says`);
    size += layer.size;
  }
  const labels = config?.Labels ?? {};
  return { image, id: `sha256:${id}`, labels, size, layers: rootfs.diff_ids };
}

/** In an OCI layout every blob is named by its digest. */
function checkBlobs(files: Files): void {
  for (const [name, { sha256 }] of files) {
    const digest = /^blobs\/sha256\/(.*)$/.exec(name)?.[1];
    if (digest !== undefined && digest !== sha256)
      throw new Error(`${name} was altered: its digest is ${sha256}`);
  }
}

/** Some engines load what an OCI layout's index.json lists, others what manifest.json does: it must be the same. */
function checkIndex(files: Files, ids: ReadonlySet<string>): void {
  if (!files.has("index.json")) return;
  const indexed = new Set(configsOf(files, "index.json"));
  if (indexed.size !== ids.size || ![...indexed].every((id) => ids.has(id)))
    throw new Error("index.json and manifest.json list different images");
}

function configsOf(files: Files, name: string): string[] {
  const { manifests = [], config } = parsed(files, name) as OciManifest;
  const below = manifests.flatMap(({ digest }) => configsOf(files, blobName(digest)));
  return config === undefined ? below : [config.digest, ...below];
}

function blobName(digest: string): string {
  return `blobs/${digest.replace(":", "/")}`;
}

function fileAt(files: Files, name: string): ArchivedFile {
  const file = files.get(name);
  if (file === undefined) throw new Error(`it has no ${name}`);
  return file;
}

function parsed(files: Files, name: string): unknown {
  const { content } = fileAt(files, name);
  if (content === undefined) throw new Error(`${name} is too large`);
  try {
    return JSON.parse(content.toString("utf8"));
  } catch (cause) {
    throw new Error(`${name} is not valid JSON`, { cause });
  }
}
