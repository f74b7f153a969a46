/**
 * The password that the nodes of a temporary network have since they were given to somebody else: whoever had them
 * before cannot call them any more. Like the first one it derives from the network's id, and from the salt beside
 * its hash.
 */
import { randomBytes } from "node:crypto";

import type Docker from "dockerode";

import { readFileIn } from "../../engine/container-files.ts";
import { saltedAuth, saltOfAuth } from "../keys/rpcauth.ts";
import { temporaryPassword } from "../keys/temporary-password.ts";

/** Where entrypoint.sh reads the value of `-rpcauth` from: outside of the datadir, and so of snapshots. */
export const credentialsFile = "/home/bitcoin/.bitcoin/rpcauth";

export interface RenewedPassword {
  readonly password: string;
  /** For {@link credentialsFile}. */
  readonly auth: string;
}

export async function renewPassword(id: string, user: string): Promise<RenewedPassword> {
  const salt = randomBytes(16).toString("hex");
  const password = await passwordBySalt(id, salt);
  return { password, auth: saltedAuth(user, password, salt) };
}

/** The password that the network has now. @param container of one of its nodes */
export async function currentPassword(id: string, container: Docker.Container): Promise<string> {
  const salt = saltOfAuth((await readFileIn(container, credentialsFile))?.trim() ?? "");
  return await (salt === undefined ? temporaryPassword(id) : passwordBySalt(id, salt));
}

async function passwordBySalt(id: string, salt: string): Promise<string> {
  return await temporaryPassword(`${id}/${salt}`);
}
