/** An engine behind SSH: one connection forwards its socket and the ports it publishes to this machine. */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

import { joinSignals } from "../base/wait.ts";
import { freePort, isFreePort } from "./free-ports.ts";
import { loopback } from "./host.ts";

/** Seconds that the connection may take to be made. */
const connectLimit = 20;
/** What the other machine says when it is made. */
const greeting = "regtest-network";
const defaultSocket = "/var/run/docker.sock";

export interface Tunnel {
  /** Path of a socket here behind which the engine is. */
  readonly socket: string;
  /** Has a port of the other machine's loopback address on this one's: the same where it is free. Returns which. */
  forward(port: number): Promise<number>;
}

const tunnels = new Map<string, Promise<Tunnel>>();

/**
 * The tunnel of this process to the engine of a `ssh://USER@HOST:PORT/PATH`; it goes with the process.
 * @throws Error in ssh's own words when the connection is not made
 */
export async function tunnelTo(host: string, signal?: AbortSignal): Promise<Tunnel> {
  const known = tunnels.get(host);
  if (known !== undefined) return await known;
  const opened = openTunnel(host, signal, () => tunnels.delete(host));
  tunnels.set(host, opened);
  opened.catch(() => tunnels.delete(host));
  return await opened;
}

async function openTunnel(
  host: string,
  signal: AbortSignal | undefined,
  ended: () => void,
): Promise<Tunnel> {
  const { destination, socket: remote } = destinationOf(host);
  const folder = await mkdtemp(path.join(tmpdir(), "regtest-ssh-"));
  const [socket, control] = [path.join(folder, "docker.sock"), path.join(folder, "control")];
  // ssh would take a blank for the end of the path.
  const controlPath = `"${control}"`;
  const settings = {
    // Nobody is there to be asked.
    BatchMode: "yes",
    ConnectTimeout: String(connectLimit),
    ExitOnForwardFailure: "yes",
    ServerAliveInterval: "15",
    ControlMaster: "yes",
    ControlPersist: "no",
    ControlPath: controlPath,
  };
  const options = Object.entries(settings).map(([name, value]) => `-o${name}=${value}`);
  const child = spawn(
    "sh",
    [
      // The folder goes with the connection, also when this process is killed.
      ...["-c", 'ssh "$@"; code=$?; rm -rf -- "$0"; exit $code', folder],
      ...[...options, "-T", "-L", `${socket}:${remote}`, ...destination],
      // It ends with its input, and that with this process, however it ends.
      `echo ${greeting}; exec cat`,
    ],
    // In a session of its own: what Ctrl-C ends here still needs the engine for a moment.
    { stdio: ["pipe", "pipe", "pipe"], detached: true },
  );
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said = (said + text).slice(-2_000);
  });
  const end = Promise.withResolvers<never>();
  end.promise.catch(() => undefined);
  child.once("error", end.reject);
  child.once("close", (code) => {
    ended();
    const told = said.trim().split("\n").at(-1) ?? "";
    end.reject(
      new Error(
        `ssh ended with exit code ${code ?? "unknown"}: ${told || "it wrote nothing"}; ` +
          `"ssh ${destination.join(" ")}" must work without a question`,
      ),
    );
  });
  const limit = joinSignals(signal, AbortSignal.timeout(connectLimit * 1_000));
  try {
    await Promise.race([once(child.stdout, "data", { signal: limit }), end.promise]);
  } catch (error) {
    // All that it waits for ends with its input.
    child.stdin.destroy();
    try {
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid);
    } catch {
      // A signal has ended it already.
    }
    // The shell that would remove it ends with the rest.
    await rm(folder, { recursive: true, force: true });
    signal?.throwIfAborted();
    throw limit.aborted ? new Error(`no answer within ${connectLimit} s`) : error;
  }
  for (const held of [child, child.stdin, child.stdout, child.stderr])
    (held as { unref?: () => void }).unref?.();

  const forwarded = new Map<number, Promise<number>>();
  const forward = async (port: number): Promise<number> => {
    for (let tried = 1; ; tried++) {
      const here = tried === 1 && (await isFreePort(port)) ? port : await freePort(new Set());
      const spec = `${loopback}:${here}:${loopback}:${port}`;
      const args = [`-oControlPath=${controlPath}`, "-O", "forward", "-L", spec, ...destination];
      try {
        await promisify(execFile)("ssh", args);
        return here;
      } catch (error) {
        if (tried < 3) continue;
        throw new Error(`port ${port} of ${host} could not be forwarded to this machine`, {
          cause: error,
        });
      }
    }
  };
  return {
    socket,
    forward: (port) => {
      const known = forwarded.get(port) ?? forward(port);
      forwarded.set(port, known);
      known.catch(() => forwarded.delete(port));
      return known;
    },
  };
}

/** Arguments of ssh, and the path of the engine's socket there. */
function destinationOf(host: string): { readonly destination: string[]; readonly socket: string } {
  const { username, password, hostname, port, pathname } = new URL(host);
  if (password !== "") throw new Error("a password does not belong into this address; use a key");
  if (hostname === "" || hostname.startsWith("-")) throw new Error("it names no host");
  const socket = ["", "/"].includes(pathname) ? defaultSocket : decodeURIComponent(pathname);
  return {
    destination: [
      ...(port === "" ? [] : ["-p", port]),
      ...(username === "" ? [] : ["-l", decodeURIComponent(username)]),
      "--",
      hostname,
    ],
    socket,
  };
}
