/** Podman's own service is told from Docker by whatever asks an engine first. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { open, readFile } from "node:fs/promises";
import path from "node:path";

import { expect, test } from "vitest";

import { waitFor } from "../../base/wait.ts";
import { sizeOf } from "../../base/files/files.ts";
import { cli } from "../helpers/cli.ts";
import { debianSystem, debianSystemPossible, inSystem } from "../helpers/debian-system.ts";
import { tempFolder } from "../helpers/temp-folder.ts";

test.skipIf(!debianSystemPossible)(
  "podman's socket is refused before anything is made",
  { tags: ["long"] },
  async () => {
    await using folder = await tempFolder();
    const at = (name: string): string => path.join(folder.path, name);
    const own = { root: at("root"), runroot: at("runroot"), tmpdir: at("tmp") };
    const flags = Object.entries(own).map(([name, value]) => `--${name}=${value}`);
    const [program = "", ...args] = inSystem(
      await debianSystem("podman", ["base-files", "podman"]),
    );
    const host = `unix://${at("socket")}`;
    await using log = await open(at("log"), "a");
    const service = spawn(
      program,
      [...args, "podman", ...flags, "system", "service", "--time=0", host],
      { stdio: ["ignore", log.fd, log.fd] },
    );
    const ended = once(service, "exit");
    try {
      await waitFor(
        async () =>
          (await sizeOf(at("socket"))) !== undefined || {
            pending: await readFile(at("log"), "utf8"),
          },
        { what: "podman to listen", limitMs: 60_000 },
      );
      const env = { DOCKER_HOST: host };
      const told = /Podman answers at unix:.* \(DOCKER_HOST\), and is not supported: .*DOCKER_HOST/;
      for (const command of [["up"], ["clone"], ["list"]]) {
        const { exitCode, stderr } = await cli(command, { env });
        expect(exitCode).toBe(1);
        expect(stderr).toMatch(told);
      }
    } finally {
      service.kill("SIGTERM");
      await ended;
    }
  },
);
