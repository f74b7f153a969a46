import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";

import { extract } from "tar-fs";
import { EnvHttpProxyAgent, fetch, type Response } from "undici";

import { proxies } from "../proxies.ts";
import { isError } from "../is-error.ts";
import type { Amount } from "../progress/amount.ts";
import { temporaryBeside } from "./files.ts";

/** Why a download gave nothing: no answer in time, an answer that it is not there, or content that is not what it should be. */
export type DownloadFailure = "unreachable" | "missing" | "corrupt";

export class DownloadError extends Error {
  override readonly name = "DownloadError";
  readonly reason: DownloadFailure;

  constructor(reason: DownloadFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

export interface DownloadOptions {
  /** Milliseconds until a connection stands. Default: 5 000. */
  readonly connectLimitMs?: number;
  /** Milliseconds until the answer starts, and between two pieces of it. Default: 20 000. */
  readonly idleLimitMs?: number;
  readonly signal?: AbortSignal | undefined;
  /** Is told, with each piece, how much of the archive there is. */
  readonly count?: (amount: Amount) => void;
}

/** Bytes that a checksums file may have; real ones have a few thousand. */
const checksumsLimit = 1024 * 1024;

/**
 * Fetches the archive at `base` + `archiveName` into `file` after comparing it with the checksums file beside it.
 * The file is there whole and verified, or not at all. Proxies are taken from the environment; nothing on this machine is asked through one.
 * @param base a folder's URL, ending in a slash
 * @throws {DownloadError}
 */
export async function downloadVerified(
  base: URL,
  archiveName: string,
  checksumsName: string,
  file: string,
  { connectLimitMs = 5_000, idleLimitMs = 20_000, signal, count }: DownloadOptions = {},
): Promise<void> {
  await using agent = closing(
    new EnvHttpProxyAgent({
      ...proxies(process.env),
      connect: { timeout: connectLimitMs },
      headersTimeout: idleLimitMs,
      bodyTimeout: idleLimitMs,
    }),
  );
  const get = async (
    url: URL,
    consume: (body: Readable, size: number) => Promise<void>,
  ): Promise<void> => {
    try {
      const response = await fetch(withoutCredentials(url), {
        dispatcher: agent.agent,
        headers: authorization(url),
        signal: signal ?? null,
      });
      await consume(bodyOf(url, response), Number(response.headers.get("content-length")));
    } catch (error) {
      signal?.throwIfAborted();
      throw error instanceof DownloadError
        ? error
        : new DownloadError("unreachable", `${shown(url)}: ${innermost(error)}`, { cause: error });
    }
  };

  let checksums = "";
  const checksumsUrl = new URL(checksumsName, base);
  await get(checksumsUrl, async (body) => {
    for await (const piece of body.setEncoding("utf8")) {
      checksums += piece as string;
      if (checksums.length > checksumsLimit) {
        throw new DownloadError(
          "corrupt",
          `${shown(checksumsUrl)} is too long for a checksums file`,
        );
      }
    }
  });
  const expected = findChecksum(checksums, archiveName);
  if (expected === undefined) {
    throw new DownloadError("corrupt", `${shown(checksumsUrl)} has no checksum of ${archiveName}`);
  }

  const half = temporaryBeside(file);
  await mkdir(path.dirname(file), { recursive: true });
  try {
    const archiveUrl = new URL(archiveName, base);
    const hash = createHash(expected.algorithm);
    await get(archiveUrl, (body, size) =>
      pipeline(body, hashing(hash), counting(size, count), createWriteStream(half)),
    );
    const digest = hash.digest("hex");
    if (digest !== expected.digest) {
      throw new DownloadError(
        "corrupt",
        `${shown(archiveUrl)} has the ${expected.algorithm} ${digest}, ` +
          `but ${shown(checksumsUrl)} says ${expected.digest}`,
      );
    }
    await rename(half, file);
  } finally {
    await rm(half, { force: true });
  }
}

/** The digests that published checksums files use, by their length in hex digits. */
const algorithms = new Map([
  [40, "sha1"],
  [64, "sha256"],
  [128, "sha512"],
]);

export interface Checksum {
  readonly algorithm: string;
  /** Lower-case hex. */
  readonly digest: string;
}

/** The checksum of one file from the output of `sha256sum` and its like: "DIGEST  NAME", also "DIGEST *./NAME". */
export function findChecksum(text: string, name: string): Checksum | undefined {
  for (const line of text.split("\n")) {
    const [, digest = "", file] = /^([0-9a-fA-F]+) [ *](?:\.\/)?(.+?)\r?$/.exec(line) ?? [];
    const algorithm = algorithms.get(digest.length);
    if (file === name && algorithm !== undefined)
      return { algorithm, digest: digest.toLowerCase() };
  }
  return undefined;
}

/** Unpacks a .tar.gz whose content lies in one top folder into `folder`, without that top folder. */
export async function unpack(archive: string, folder: string, signal?: AbortSignal): Promise<void> {
  await pipeline(
    createReadStream(archive),
    createGunzip(),
    extract(folder, { strip: 1 }),
    ...(signal === undefined ? [] : [{ signal }]),
  );
}

function bodyOf(url: URL, response: Response): Readable {
  if (!response.ok || response.body === null) {
    throw new DownloadError("missing", `${shown(url)} answers HTTP ${response.status}`);
  }
  return Readable.fromWeb(response.body);
}

/** Passes everything on and takes the digest of it on the way. */
function hashing(hash: { update(piece: Buffer): unknown }): Transform {
  return new Transform({
    transform(piece: Buffer, _encoding, done) {
      hash.update(piece);
      done(null, piece);
    },
  });
}

/**
 * Passes everything on and counts it.
 * @param size bytes of all of it; 0: nobody said
 */
function counting(size: number, count: DownloadOptions["count"]): Transform {
  let bytes = 0;
  return new Transform({
    transform(piece: Buffer, _encoding, done) {
      bytes += piece.length;
      count?.({ done: bytes / 1e6, ...(size > 0 && { of: size / 1e6 }), unit: "MB" });
      done(null, piece);
    },
  });
}

/** Destroyed and not closed: a server that hangs would keep `close` waiting. */
function closing(agent: EnvHttpProxyAgent): AsyncDisposable & { agent: EnvHttpProxyAgent } {
  return { agent, [Symbol.asyncDispose]: () => agent.destroy() };
}

function shown(url: URL): string {
  return withoutCredentials(url).href;
}

/** `fetch` takes no URL with credentials, and none may appear in a message. */
function withoutCredentials(url: URL): URL {
  const plain = new URL(url);
  plain.username = "";
  plain.password = "";
  return plain;
}

/** What a mirror may ask for, from its URL. */
function authorization({ username, password }: URL): Record<string, string> {
  if (username === "" && password === "") return {};
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { authorization: `Basic ${Buffer.from(credentials).toString("base64")}` };
}

/** `fetch` says "fetch failed" and keeps what happened as its cause. */
function innermost(error: unknown): string {
  let at = error;
  while (isError(at) && isError(at.cause)) at = at.cause;
  return isError(at) ? at.message || at.name : String(at);
}
