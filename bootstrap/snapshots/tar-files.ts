/** Reading a tar archive from its first to its last byte: which files it has, each by its digest. */
import { createHash } from "node:crypto";
import path from "node:path";
import type { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createZstdDecompress } from "node:zlib";

import { extract, type ExtractEvents } from "tar-stream";

type Entry = ExtractEvents["entry"][1];

export interface ArchivedFile {
  /** Hexadecimal, of the bytes as they are. */
  readonly sha256: string;
  /** The same of what a compressed file holds; for any other file, of the bytes as they are. */
  readonly unpackedSha256: string;
  /** Bytes. */
  readonly size: number;
  /** Of files up to 1 MiB: what is text in an archive of images is far smaller. */
  readonly content?: Buffer;
}

const keptSize = 1024 * 1024;

/** Bytes of zeros that end every archive (POSIX pax, "ustar Interchange Format"). */
const endMark = 1024;

/**
 * Files by name; links stand as what they lead to.
 * @throws Error when the archive is cut off, damaged, or holds what no archive of images does
 */
export async function readTarFiles(
  source: Readable,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, ArchivedFile>> {
  const files = new Map<string, ArchivedFile>();
  const links = new Map<string, string>();
  const archive = extract();
  const reading = pipeline(source, unpacked, endsProperly, archive, { signal });
  const taking = (async () => {
    for await (const entry of archive) await take(entry, files, links);
  })();
  // The first to fail knows why: the other one only that its stream ended.
  await Promise.all([reading, taking]).finally(() => Promise.allSettled([reading, taking]));
  for (const name of links.keys()) files.set(name, target(name, files, links));
  return files;
}

async function take(
  entry: Entry,
  files: Map<string, ArchivedFile>,
  links: Map<string, string>,
): Promise<void> {
  const { type, linkname } = entry.header;
  const name = path.posix.normalize(entry.header.name);
  if (name.startsWith("../") || name.startsWith("/"))
    throw new Error(`it has a file outside of itself: ${name}`);
  if (files.has(name) || links.has(name)) throw new Error(`it has ${name} twice`);
  switch (type) {
    case "directory":
      entry.resume();
      return;
    case "symlink":
      links.set(name, path.posix.join(path.posix.dirname(name), linkname));
      entry.resume();
      return;
    case "link":
      links.set(name, path.posix.normalize(linkname));
      entry.resume();
      return;
    case "file":
      files.set(name, await digest(entry));
      return;
    default:
      throw new Error(`${name} is a ${type}`);
  }
}

async function digest(entry: Entry): Promise<ArchivedFile> {
  const sha256 = createHash("sha256");
  const unpackedSha256 = createHash("sha256");
  const kept: Buffer[] = [];
  let size = 0;
  const raw = async function* (): AsyncGenerator<Buffer> {
    for await (const chunk of entry as AsyncIterable<Buffer>) {
      sha256.update(chunk);
      size += chunk.length;
      if (size <= keptSize) kept.push(chunk);
      yield chunk;
    }
  };
  for await (const chunk of unpacked(raw())) unpackedSha256.update(chunk);
  return {
    sha256: sha256.digest("hex"),
    unpackedSha256: unpackedSha256.digest("hex"),
    size,
    ...(size <= keptSize && { content: Buffer.concat(kept) }),
  };
}

function target(
  name: string,
  files: ReadonlyMap<string, ArchivedFile>,
  links: ReadonlyMap<string, string>,
): ArchivedFile {
  let at: string | undefined = name;
  for (let steps = 0; at !== undefined && steps <= links.size; steps++) {
    const file = files.get(at);
    if (file !== undefined) return file;
    at = links.get(at);
  }
  throw new Error(`${name} is a link that leads to no file`);
}

/** The bytes as they are, or what gzip or zstd made of them: told by how they begin. */
async function* unpacked(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const iterator = chunks[Symbol.asyncIterator]();
  let start = Buffer.alloc(0);
  let done = false;
  while (start.length < 4 && !done) {
    const next = await iterator.next();
    if (next.done === true) done = true;
    else start = Buffer.concat([start, next.value]);
  }
  const all = async function* (): AsyncGenerator<Buffer> {
    yield start;
    yield* { [Symbol.asyncIterator]: () => iterator };
  };
  const unpacker = unpackerOf(start);
  if (unpacker === undefined) {
    yield* all();
    return;
  }
  const packing = pipeline(all, unpacker);
  packing.catch(() => undefined);
  yield* unpacker as AsyncIterable<Buffer>;
  await packing;
}

function unpackerOf(start: Buffer): Transform | undefined {
  // RFC 1952 and RFC 8878.
  if (start.subarray(0, 2).equals(Buffer.from([0x1f, 0x8b]))) return createGunzip();
  if (start.subarray(0, 4).equals(Buffer.from([0x28, 0xb5, 0x2f, 0xfd])))
    return createZstdDecompress();
  return undefined;
}

async function* endsProperly(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let tail = Buffer.alloc(0);
  for await (const chunk of chunks) {
    tail = Buffer.concat([tail, chunk.subarray(-endMark)]).subarray(-endMark);
    yield chunk;
  }
  if (tail.length < endMark || tail.some((byte) => byte !== 0))
    throw new Error("it is cut off: the mark at its end is missing");
}
