import { spawn } from "node:child_process";
import { once } from "node:events";
import { open, readFile, writeFile } from "node:fs/promises";
import path from "node:path";

import { inSystem, mounted } from "./debian-system.ts";

/**
 * Connects a network namespace with the outside by slirp4netns, which speaks for it: this machine's firewall is left
 * alone. It ends when this process does.
 * @param network program and arguments that run a command in the namespace
 * @returns the same with slirp4netns as name server: this machine's may listen on its loopback only
 */
export async function wayOut(
  network: readonly string[],
  system: string,
  folder: string,
  undo: AsyncDisposableStack,
): Promise<readonly string[]> {
  const namespace = network.find((word) => word.startsWith("--net="))?.slice("--net=".length) ?? "";
  const flags = ["--configure", "--mtu=65520", "--disable-host-loopback", "--netns-type=path"];
  const pipes = ["--ready-fd=3", "--exit-fd=4"];
  const [program = "", ...args] = inSystem(system);
  const log = path.join(folder, "slirp4netns.log");
  await using output = await open(log, "a");
  const slirp = spawn(program, [...args, "slirp4netns", ...flags, ...pipes, namespace, "tap0"], {
    stdio: ["ignore", output.fd, output.fd, "pipe", "pipe"],
  });
  const [, , , ready, lives] = slirp.stdio;
  const ended = once(slirp, "exit").then(() => "ended");
  undo.defer(async () => {
    lives?.destroy();
    await ended;
  });
  if (!ready || (await Promise.race([once(ready, "data"), ended])) === "ended") {
    throw new Error(`slirp4netns ended: ${await readFile(log, "utf8")}`);
  }
  const resolvConf = path.join(folder, "resolv.conf");
  await writeFile(resolvConf, "nameserver 10.0.2.3\n");
  return [...network, ...mounted(resolvConf, "/etc/resolv.conf")];
}
