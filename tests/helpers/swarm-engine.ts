/** A machine with a Docker engine, as far as namespaces make one: it can lose its power and its network. */
import { mkdir, readdir, readFile, rmdir } from "node:fs/promises";
import path from "node:path";

import type Docker from "dockerode";

import { type Certificates, engineUrl } from "./certificates.ts";
import { engineFlags, EngineProcess } from "./engine-process.ts";
import { networkNamespace } from "./network-namespace.ts";
import type { Switch } from "./network-switch.ts";

export interface SwarmEngine {
  /** Its host name, by which the swarm lists it: `engine-1` and so on. */
  readonly name: string;
  /** Of its socket, `unix:///…`, which is on this machine and works whatever becomes of its network. */
  readonly url: string;
  /** Behind TLS at its address, `tcp://ADDRESS:2376`; undefined without certificates. */
  readonly tlsUrl: string | undefined;
  /** IPv4, which all engines and this machine reach. */
  readonly address: string;
  readonly docker: Docker;
  /** Program and arguments that run a command in its network. */
  readonly within: readonly string[];
  /** Ends the engine and its containers at once, as when a machine loses its power. Nothing happens to one that is off. */
  kill(): Promise<void>;
  /** Starts it again on what it had, and waits until it answers. */
  start(): Promise<void>;
  /** Takes it off the network. Its socket still answers. */
  cut(): Promise<void>;
  /** Puts it back on the network. */
  mend(): Promise<void>;
}

export interface SwarmEngineOptions {
  readonly name: string;
  /** Where its data is; its own. */
  readonly folder: string;
  readonly plugged: Switch;
  readonly certificates: Certificates | undefined;
  /** Arguments of dockerd on top. */
  readonly flags: readonly string[];
}

/**
 * Where it keeps what a machine forgets with its power, /run/docker is empty, and in /etc/docker is what this engine
 * alone has, its identity among it. As the first process in a PID namespace it takes all others with it.
 */
const boot = `set -e
mkdir -p /run/docker /etc/docker
mount -t tmpfs -o mode=711 regtest-network-test /run/docker
mount --bind "$1/etc" /etc/docker
echo "$2" > /proc/sys/kernel/hostname
shift 2
exec dockerd "$@"`;

export async function startSwarmEngine(
  { name, folder, plugged, certificates, flags }: SwarmEngineOptions,
  undo: AsyncDisposableStack,
): Promise<SwarmEngine> {
  await mkdir(path.join(folder, "etc"), { recursive: true });
  const network = await networkNamespace(undo);
  const port = await plugged.connect(network);
  const { address } = port;
  const url = `unix://${folder}/socket`;
  // Of its own, so that what a lost machine leaves of its containers can be told from others' and removed.
  const cgroup = `regtest-network-test-${network.pid}`;
  undo.defer(() => removeControlGroups(cgroup));
  const options = engineFlags({
    ...{ host: url, "data-root": path.join(folder, "data") },
    ...{ "exec-root": "/run/docker", pidfile: "/run/docker/pid" },
    ...{ "cgroup-parent": `/${cgroup}`, "insecure-registry": plugged.subnet },
  });
  const far = certificates === undefined ? [] : await certificates.engineFlags(address);
  const apart = ["--mount", "--uts", "--pid", "--fork", "--kill-child", "--mount-proc"];
  const engine = new EngineProcess({
    command: [
      ...network.within,
      // A terminal's Ctrl-C is this process's to see, which ends it in order.
      "setsid",
      // So that nothing of it outlives a test run that is killed.
      ...["setpriv", "--pdeathsig", "KILL"],
      ...["unshare", ...apart, "sh", "-c", boot, "sh", folder, name],
      ...[...options, ...far, ...flags],
    ],
    ...{ socket: url, log: path.join(folder, "log") },
    signalled: onlyChild,
  });
  undo.defer(() => engine.end("SIGKILL"));
  return {
    docker: await engine.start(),
    ...{ name, url, address, within: network.within },
    tlsUrl: certificates && engineUrl(address),
    kill: () => engine.end("SIGKILL"),
    start: () => engine.start().then(() => undefined),
    cut: () => port.set("down"),
    mend: () => port.set("up"),
  };
}

/** What unshare runs, and waits for: the first process of the PID namespace. Before that is there, unshare itself. */
async function onlyChild(pid: number): Promise<number> {
  return Number(await readFile(`/proc/${pid}/task/${pid}/children`, "utf8")) || pid;
}

/** Removes what no process is in any more, in each hierarchy that there is. */
async function removeControlGroups(name: string): Promise<void> {
  const root = "/sys/fs/cgroup";
  for (const hierarchy of ["", ...(await readdir(root))])
    await removeEmptyFolders(path.join(root, hierarchy, name));
}

/** Files in a control group go with it. */
async function removeEmptyFolders(folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  if (entries.length === 0) return;
  for (const entry of entries)
    if (entry.isDirectory()) await removeEmptyFolders(path.join(folder, entry.name));
  await rmdir(folder);
}
