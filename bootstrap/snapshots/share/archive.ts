/** The images in an archive, as `docker save` writes it, every byte of them checked. */
import { createReadStream } from "node:fs";
import { Readable } from "node:stream";

import * as z from "zod";

import { pointing } from "../../../base/troubleshooting.ts";
import type { SnapshotImage } from "../find.ts";
import type { counted } from "./transfer.ts";
import { problemsOf } from "../manifest-schema.ts";
import { type ArchivedFile, archiveLimits, readTarFiles } from "./tar-files.ts";

export interface ImageContent extends SnapshotImage {
  readonly config: ImageConfig;
  /** `sha256:…` of each layer's files, lowest first. */
  readonly layers: readonly string[];
}

type Files = ReadonlyMap<string, ArchivedFile>;

/**
 * What an image says of the containers that are started from it, by the names that it has in the Engine API
 * and in an archive. Only what is not empty.
 */
export type ImageConfig = Readonly<Record<string, unknown>>;

/** All that an image may say of a container. What else its configuration has is of the one that it was committed from. */
const configNames = [
  ...["Entrypoint", "Cmd", "Shell", "Env", "User", "WorkingDir", "Volumes", "ExposedPorts"],
  ...["Healthcheck", "OnBuild", "StopSignal"],
];

/** The part of a configuration that counts, the same from an archive and from the engine. */
export function configOf(config: object): ImageConfig {
  const all = config as ImageConfig;
  return Object.fromEntries(
    configNames.map((name) => [name, all[name]] as const).filter(([, value]) => !isEmpty(value)),
  );
}

function isEmpty(value: unknown): boolean {
  if (typeof value === "object" && value !== null) return Object.keys(value).length === 0;
  return value === undefined || value === null || value === "";
}

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/, "is not a digest");

/** In manifest.json. Layers up to engine 24 are `HEX/layer.tar`, from 25 on `blobs/sha256/HEX`. */
const listedImage = z.object({
  Config: z.string(),
  RepoTags: z.array(z.string()).nullish(),
  Layers: z.array(z.string()),
});

/** The part of an image's configuration that is read. */
const imageConfig = z.object({
  config: z.looseObject({ Labels: z.record(z.string(), z.string()).nullish() }).nullish(),
  rootfs: z.object({ diff_ids: z.array(digest) }),
});

/** What an OCI layout's index, or an image's manifest in it, says of other blobs. */
const ociManifest = z.object({
  manifests: z
    .array(z.object({ digest, annotations: z.record(z.string(), z.string()).nullish() }))
    .nullish(),
  config: z.object({ digest }).nullish(),
});

/** By which an engine with containerd's image store names what it loads. */
const nameAnnotation = "io.containerd.image.name";

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
  limits = archiveLimits,
): Promise<ImageContent[]> {
  try {
    const bytes = createReadStream(file);
    const files = await readTarFiles(
      count === undefined ? bytes : Readable.from(count(bytes)),
      signal,
      limits,
    );
    return imagesIn(files);
  } catch (cause) {
    signal.throwIfAborted();
    if ((cause as NodeJS.ErrnoException).code === "ENOENT")
      throw new Error(`there is no file ${file}`, { cause });
    const reason = (cause as Error).message;
    const told = `${file} is not a complete archive of images: ${reason}`;
    throw new Error(pointing(told, "snapshot-not-to-be-trusted"), { cause });
  }
}

function imagesIn(files: Files): ImageContent[] {
  const listed = parsed(files, "manifest.json", z.array(listedImage));
  checkBlobs(files);
  const images = listed.map((image) => readImage(files, image));
  checkIndex(files, images);
  return images;
}

function readImage(
  files: Files,
  { Config, RepoTags, Layers }: z.infer<typeof listedImage>,
): ImageContent {
  const id = /^(?:blobs\/sha256\/)?([0-9a-f]{64})(?:\.json)?$/.exec(Config)?.[1];
  if (id === undefined || fileAt(files, Config).sha256 !== id)
    throw new Error(`the configuration ${Config} was altered: its digest differs`);
  const { config, rootfs } = parsed(files, Config, imageConfig);
  const [image, ...more] = RepoTags ?? [];
  if (image === undefined || more.length > 0)
    throw new Error(`image ${id} has ${RepoTags?.length ?? 0} names instead of one`);
  if (rootfs.diff_ids.length !== Layers.length)
    throw new Error(
      `${image} has ${Layers.length} layers, but its configuration lists ${rootfs.diff_ids.length}`,
    );
  let size = 0;
  for (const [index, name] of Layers.entries()) {
    const layer = fileAt(files, name);
    if (`sha256:${layer.unpackedSha256}` !== rootfs.diff_ids[index])
      throw new Error(`${image}: layer ${name} does not match the image's configuration`);
    size += layer.size;
  }
  return {
    image,
    id: `sha256:${id}`,
    labels: config?.Labels ?? {},
    config: configOf(config ?? {}),
    size,
    layers: rootfs.diff_ids,
  };
}

/** In an OCI layout every blob is named by its digest. */
function checkBlobs(files: Files): void {
  for (const [name, { sha256 }] of files) {
    const digest = /^blobs\/sha256\/(.*)$/.exec(name)?.[1];
    if (digest !== undefined && digest !== sha256)
      throw new Error(`${name} was altered: its digest is ${sha256}`);
  }
}

/**
 * Some engines load what an OCI layout's index.json lists, under the names that it says, others what
 * manifest.json does: it must be the same.
 */
function checkIndex(files: Files, images: readonly ImageContent[]): void {
  if (!files.has("index.json")) return;
  const indexed = { configs: new Set<string>(), names: new Set<string>() };
  const seen = new Set<string>();
  const follow = (name: string): void => {
    // Each once: lists of lists may be many more ways than there are blobs.
    if (seen.has(name)) return;
    seen.add(name);
    const { manifests, config } = parsed(files, name, ociManifest);
    if (config) indexed.configs.add(config.digest);
    for (const { digest, annotations } of manifests ?? []) {
      const given = annotations?.[nameAnnotation];
      if (given !== undefined) indexed.names.add(given.replace(/^docker\.io\/(?:library\/)?/, ""));
      follow(blobName(digest));
    }
  };
  follow("index.json");
  const ids = new Set(images.map(({ id }) => id));
  const names = new Set(images.map(({ image }) => image));
  const sameImages =
    indexed.configs.size === ids.size && [...indexed.configs].every((id) => ids.has(id));
  if (!sameImages || ![...indexed.names].every((name) => names.has(name)))
    throw new Error("index.json and manifest.json list different images");
}

function blobName(digest: string): string {
  return `blobs/${digest.replace(":", "/")}`;
}

function fileAt(files: Files, name: string): ArchivedFile {
  const file = files.get(name);
  if (file === undefined) throw new Error(`it has no ${name}`);
  return file;
}

function parsed<T>(files: Files, name: string, schema: z.ZodType<T>): T {
  const { content } = fileAt(files, name);
  if (content === undefined) throw new Error(`${name} is not valid JSON, or too large`);
  let value: unknown;
  try {
    value = JSON.parse(content.toString("utf8"));
  } catch (cause) {
    throw new Error(`${name} is not valid JSON`, { cause });
  }
  const { success, data, error } = schema.safeParse(value);
  if (success) return data;
  throw new Error(`${name} does not have the form of an image archive: ${problemsOf(error)}`);
}
