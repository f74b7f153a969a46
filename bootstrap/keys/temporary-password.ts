/**
 * The RPC password of a network without a stack. It derives from the network's id and a key that only this
 * user can read: whoever started the network can work on it by its id alone, from any process, and the
 * password itself is stored nowhere.
 */
import { createHmac, randomBytes } from "node:crypto";
import { link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";

import { temporaryBeside } from "../../base/files/files.ts";

/** File → the key in it. */
const known = new Map<string, Promise<Buffer>>();

export async function temporaryPassword(id: string): Promise<string> {
  // An empty variable counts as unset, see the XDG Base Directory Specification.
  const state = process.env["XDG_STATE_HOME"] || path.join(homedir(), ".local/state");
  const file = path.join(state, "regtest-network/key");
  const key = known.get(file) ?? readKey(file);
  known.set(file, key);
  return createHmac("sha256", await key)
    .update(id)
    .digest("base64url");
}

/** Where nothing can be written, the passwords are known to this process only. */
async function readKey(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch {
    return await makeKey(file).catch(() => randomBytes(32));
  }
}

async function makeKey(file: string): Promise<Buffer> {
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  const own = temporaryBeside(file);
  try {
    await writeFile(own, randomBytes(32), { mode: 0o600 });
    // Whole or not at all; the first of several processes decides.
    await link(own, file).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    });
  } finally {
    await rm(own, { force: true });
  }
  return await readFile(file);
}
