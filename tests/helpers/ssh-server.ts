/** An SSH server on another machine, and a client that knows it: OpenSSH's, from Debian's packages where it is missing. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { connect } from "node:net";
import path from "node:path";

import { execa } from "execa";

import { findOnPath } from "../../base/files/files.ts";
import { waitFor } from "../../base/wait.ts";
import { installedProgram } from "./installed-program.ts";
import { tempFolder } from "./temp-folder.ts";

export interface SshServer extends AsyncDisposable {
  /** A folder whose `ssh` has a key that the server takes, for the front of PATH. */
  readonly bin: string;
  /** Another, whose key it does not. */
  readonly strangersBin: string;
}

/** Where systemd runs, the package would start a server that nobody asked for: there it must be installed. */
async function sshd(): Promise<string> {
  const searched = `${process.env["PATH"] ?? ""}:/usr/sbin`;
  if (existsSync("/run/systemd/system") && findOnPath("sshd", searched) === undefined)
    throw new Error("there is no sshd; install openssh-server");
  return await installedProgram("sshd", ["openssh-server", "openssh-client"], searched);
}

/**
 * Starts it for root on port 22.
 * @param within program and arguments that run a command on the other machine
 */
export async function startSshServer(
  address: string,
  within: readonly string[],
): Promise<SshServer> {
  await using undo = new AsyncDisposableStack();
  const program = await sshd();
  const folder = undo.use(await tempFolder());
  const at = (name: string): string => path.join(folder.path, name);
  const keys = ["host", "client", "stranger"];
  for (const name of keys)
    await execa("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", at(name)]);
  await copyFile(at("client.pub"), at("authorized"));
  const hostKey = (await readFile(at("host.pub"), "utf8")).split(" ").slice(0, 2).join(" ");
  await writeFile(at("known"), `${address} ${hostKey}\n`);
  const settings = {
    ListenAddress: address,
    HostKey: at("host"),
    AuthorizedKeysFile: at("authorized"),
    PidFile: "none",
    StrictModes: "no",
    UsePAM: "no",
    // A connection whose other end is gone with its network ends.
    ClientAliveInterval: "5",
  };
  const config = Object.entries(settings).map(([name, value]) => `${name} "${value}"\n`);
  await writeFile(at("sshd_config"), config.join(""));
  await mkdir("/run/sshd", { recursive: true });
  const command = [...within.slice(1), program, "-D", "-e", "-f", at("sshd_config")];
  const server = spawn(within[0] ?? "", command, { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  server.stderr.setEncoding("utf8").on("data", (text: string) => (said += text));
  const ended = once(server, "exit");
  undo.defer(async () => {
    server.kill();
    // Connections that it serves have it too.
    server.stderr.destroy();
    await ended;
  });
  const answers = async (): Promise<true | { pending: string }> => {
    if (server.exitCode !== null) throw new Error(`sshd ended: ${said}`);
    const socket = connect(22, address);
    try {
      await once(socket, "data");
      return true;
    } catch (error) {
      return { pending: String(error) };
    } finally {
      socket.destroy();
    }
  };
  await waitFor(answers, { what: "sshd to answer", limitMs: 10_000, maxEveryMs: 50 });

  const ssh = findOnPath("ssh", process.env["PATH"]) ?? "";
  const client = async (key: string): Promise<string> => {
    const bin = at(`bin-${key}`);
    await mkdir(bin);
    const configured = [
      ...[`IdentityFile "${at(key)}"`, "IdentitiesOnly yes", "IdentityAgent none"],
      `UserKnownHostsFile "${at("known")}"`,
    ];
    await writeFile(at(`config-${key}`), `${configured.join("\n")}\n`);
    await writeFile(
      path.join(bin, "ssh"),
      `#!/bin/sh\nexec ${ssh} -F "${at(`config-${key}`)}" "$@"\n`,
    );
    await chmod(path.join(bin, "ssh"), 0o755);
    return bin;
  };
  const [bin, strangersBin] = [await client("client"), await client("stranger")];
  const owned = undo.move();
  return { bin, strangersBin, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
