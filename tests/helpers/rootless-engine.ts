/** A rootless Docker engine of Debian testing, of a user that exists only for it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, chown, mkdir, mkdtemp, open, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { waitFor } from "../../base/wait.ts";
import { connectEngine } from "../../engine/client.ts";
import { debianSystem } from "./debian-system.ts";
import type { SecondEngine } from "./second-engine.ts";

type RootlessEngine = Pick<SecondEngine, "docker" | "host" | "within"> & AsyncDisposable;

const user = 61_000;
const firstSubordinate = 1_000_000;

const packages = [
  ...["base-files", "docker.io", "iptables", "slirp4netns", "rootlesskit", "uidmap"],
  // What its start script calls.
  ...["coreutils", "dash", "grep", "iproute2", "mount", "sed", "util-linux"],
];

/** Arguments: the engine's folder, the system's, then the command. The user may make network devices, as anywhere but in a container. */
const asUser = `set -e
mount -t overlay -o "lowerdir=$1/etc:/etc" etc /etc
mount -t tmpfs -o mode=755 net /dev/net
mknod -m 666 /dev/net/tun c 10 200
mount --bind "$2/usr" /usr
shift 2
exec setpriv --reuid=${user} --regid=${user} --clear-groups "$@"`;

export async function startRootlessEngine(): Promise<RootlessEngine> {
  const system = await debianSystem("rootless", packages);
  await using undo = new AsyncDisposableStack();
  // Its start script takes no path with a space.
  const folder = await mkdtemp(path.join(tmpdir(), "regtest-network-rootless-"));
  undo.defer(() => rm(folder, { recursive: true, force: true }));
  const at = (name: string): string => path.join(folder, name);
  await chmod(folder, 0o755);
  await mkdir(at("etc"));
  const line = `rootless:x:${user}:${user}::${at("home")}:/bin/sh\n`;
  await writeFile(at("etc/passwd"), (await readFile("/etc/passwd", "utf8")) + line);
  for (const file of ["subuid", "subgid"]) {
    await writeFile(at(`etc/${file}`), `rootless:${firstSubordinate}:65536\n`);
  }
  for (const name of ["home", "run"]) {
    await mkdir(at(name));
    await chown(at(name), user, user);
  }

  const host = `unix://${at("run/docker.sock")}`;
  const script = "/usr/share/docker.io/contrib/dockerd-rootless.sh";
  await using log = await open(at("log"), "a");
  const words = ["sh", "-c", asUser, "sh", folder, system, "sh", script, `--host=${host}`];
  const engine = spawn("unshare", ["--mount", ...words], {
    stdio: ["ignore", log.fd, log.fd],
    env: {
      HOME: at("home"),
      XDG_RUNTIME_DIR: at("run"),
      PATH: "/usr/sbin:/usr/bin:/sbin:/bin",
      DOCKERD_ROOTLESS_ROOTLESSKIT_NET: "slirp4netns",
    },
  });
  const ended = once(engine, "exit");
  undo.defer(async () => {
    engine.kill("SIGTERM");
    await ended;
  });
  const docker = await waitFor(
    async (signal) => {
      if (engine.exitCode !== null) throw new Error(await readFile(at("log"), "utf8"));
      try {
        return await connectEngine({ host, env: {}, signal });
      } catch (error) {
        return { pending: (error as Error).message };
      }
    },
    { what: "the rootless engine to answer", limitMs: 120_000 },
  );
  const owned = undo.move();
  // Its ports are this machine's: any program runs where they are.
  return { docker, host, within: ["env"], [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
