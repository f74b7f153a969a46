/** Reading a tar archive from its first to its last byte: which files it has, each by its digest. */
import { createHash } from "node:crypto";
import path from "node:path";
import type { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createZstdDecompress } from "node:zlib";

import { extract, type ExtractEvents } from "tar-stream";

import { writeAmount } from "../../../base/progress/amount.ts";

type Entry = ExtractEvents["entry"][1];

export interface ArchivedFile {
  /** Hexadecimal, of the bytes as they are. */
  readonly sha256: string;
  /** The same of what a compressed file holds; for any other file, of the bytes as they are. */
  readonly unpackedSha256: string;
  /** Bytes. */
  readonly size: number;
  /** Of what looks like JSON and is not too large. */
  readonly content?: Buffer;
}

/** What an archive may have. All of it is far more than one of a hundred nodes has, and far less than harms a machine. */
export interface ArchiveLimits {
  /** Files, folders and links. */
  readonly entries: number;
  /** Characters of a name, or of what a link leads to. */
  readonly name: number;
  /** Bytes of one file, packed and unpacked. */
  readonly file: number;
  /** Bytes of all of them unpacked, and of the archive itself. */
  readonly bytes: number;
  /** Bytes of one JSON text, which is kept in memory. */
  readonly text: number;
  /** Bytes of all of these. */
  readonly texts: number;
}

export const archiveLimits: ArchiveLimits = {
  entries: 10_000,
  name: 1_024,
  file: 8_000_000_000,
  bytes: 16_000_000_000,
  text: 4_000_000,
  texts: 64_000_000,
};

/** Bytes of zeros that end every archive (POSIX pax, "ustar Interchange Format"). */
const endMark = 1024;

/**
 * Files by name; links stand as what they lead to. It is read as a stream: of its size only what is kept
 * takes memory.
 * @throws Error when the archive is cut off, damaged, larger than the limits, or holds what no archive of
 *   images does
 */
export async function readTarFiles(
  source: Readable,
  signal: AbortSignal,
  limits: ArchiveLimits = archiveLimits,
): Promise<ReadonlyMap<string, ArchivedFile>> {
  const contents = new Contents(limits);
  const archive = extract();
  const limited = (chunks: AsyncIterable<Buffer>): AsyncIterable<Buffer> =>
    upTo(limits.bytes, "it is", chunks);
  const reading = pipeline(source, unpacked, limited, endsProperly, archive, { signal });
  const taking = (async () => {
    for await (const entry of archive) await contents.take(entry);
  })();
  // The first to fail knows why: the other one only that its stream ended.
  await Promise.all([reading, taking]).finally(() => Promise.allSettled([reading, taking]));
  return contents.files();
}

/** What was read so far. */
class Contents {
  readonly #limits: ArchiveLimits;
  readonly #files = new Map<string, ArchivedFile>();
  readonly #links = new Map<string, string>();
  #entries = 0;
  #unpacked = 0;
  #texts = 0;

  constructor(limits: ArchiveLimits) {
    this.#limits = limits;
  }

  async take(entry: Entry): Promise<void> {
    const { type, linkname } = entry.header;
    const { entries } = this.#limits;
    if (++this.#entries > entries) throw new Error(`it has more than ${entries} files`);
    const name = path.posix.normalize(this.#short(entry.header.name));
    if (name.startsWith("../") || name.startsWith("/"))
      throw new Error(`it has a file with a path outside the archive: ${name}`);
    if (this.#files.has(name) || this.#links.has(name)) throw new Error(`it has ${name} twice`);
    switch (type) {
      case "directory":
        entry.resume();
        return;
      case "symlink":
        this.#links.set(name, path.posix.join(path.posix.dirname(name), this.#short(linkname)));
        entry.resume();
        return;
      case "link":
        this.#links.set(name, path.posix.normalize(this.#short(linkname)));
        entry.resume();
        return;
      case "file":
        this.#files.set(name, await this.#digest(name, entry));
        return;
      default:
        throw new Error(`${name} is a ${type}`);
    }
  }

  files(): ReadonlyMap<string, ArchivedFile> {
    const links = [...this.#links.keys()].map(
      (name) => [name, target(name, this.#files, this.#links)] as const,
    );
    return new Map([...this.#files, ...links]);
  }

  #short(name: string): string {
    const { name: longest } = this.#limits;
    if (name.length <= longest) return name;
    throw new Error(`it has a name of more than ${longest} characters`);
  }

  async #digest(name: string, entry: Entry): Promise<ArchivedFile> {
    const { file: largest, bytes, text, texts } = this.#limits;
    const sha256 = createHash("sha256");
    const unpackedSha256 = createHash("sha256");
    const kept: Buffer[] = [];
    let isText: boolean | undefined;
    let size = 0;
    const raw = async function* (): AsyncGenerator<Buffer> {
      for await (const chunk of entry as AsyncIterable<Buffer>) {
        sha256.update(chunk);
        size += chunk.length;
        isText ??= chunk[0] === "{".charCodeAt(0) || chunk[0] === "[".charCodeAt(0);
        if (size <= text && isText) kept.push(chunk);
        else kept.length = 0;
        yield chunk;
      }
    };
    for await (const chunk of upTo(largest, `${name} is`, unpacked(raw()))) {
      unpackedSha256.update(chunk);
      this.#unpacked += chunk.length;
      if (this.#unpacked > bytes) throw tooLarge("what it holds is", bytes);
    }
    const content = Buffer.concat(kept);
    this.#texts += content.length;
    if (this.#texts > texts) throw tooLarge("all its JSON together is", texts);
    return {
      sha256: sha256.digest("hex"),
      unpackedSha256: unpackedSha256.digest("hex"),
      size,
      ...(content.length === size && { content }),
    };
  }
}

async function* upTo(
  most: number,
  whatIs: string,
  chunks: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > most) throw tooLarge(whatIs, most);
    yield chunk;
  }
}

function tooLarge(whatIs: string, most: number): Error {
  return new Error(`${whatIs} larger than ${writeAmount({ done: most / 1_000_000, unit: "MB" })}`);
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
  throw new Error(`${name} is a link to a missing file`);
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
    throw new Error("it is truncated: the mark at its end is missing");
}
