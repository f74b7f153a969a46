import { Argument, type Command } from "commander";
import type Docker from "dockerode";

import type { ImageStore } from "../../tests/helpers/second-engine.ts";
import { packageFolder } from "../../base/files/paths.ts";
import { interruptible } from "../../base/interruptible.ts";

/** Where each keeps its images. */
const engines: Readonly<Record<string, ImageStore>> = {
  forky: "overlay2",
  "forky-containerd": "containerd",
};

/** What needs an engine, without what takes minutes. */
const whole = ["--tags-filter=!long", "--project", "integration", "--project", "faults"];

export function register(program: Command): void {
  const names = Object.keys(engines);
  program
    .command("test-engine")
    .description("run the tests that need an engine on another one, which is started for them")
    .addArgument(new Argument("<engine>", `one of ${names.join(", ")}`).choices(names))
    .argument("[arguments...]", "passed to vitest, such as part of a file name")
    .allowUnknownOption()
    .passThroughOptions()
    .action(async (engine: string, args: string[]) => {
      const store = engines[engine] ?? "overlay2";
      process.exitCode = await interruptible((signal) =>
        testOnEngine(store, args.length > 0 ? args : whole, signal),
      );
    });
}

/** Everything runs where the ports of its containers are. */
async function testOnEngine(
  store: ImageStore,
  args: readonly string[],
  signal: AbortSignal,
): Promise<number> {
  const { execa } = await import("execa");
  const { debianSystem, debianSystemPossible } =
    await import("../../tests/helpers/debian-system.ts");
  const { startSecondEngine, storeFlags } = await import("../../tests/helpers/second-engine.ts");
  if (!debianSystemPossible) {
    throw new Error(
      "an engine of Debian's packages needs root, on a Debian with unshare and nsenter",
    );
  }
  const system = await debianSystem();
  await using engine = await startSecondEngine({ system, flags: storeFlags(store) });
  const { Version: version } = await engine.docker.version();
  process.stderr.write(`Testing on Docker ${version}, images in ${store}\n`);
  await bringBaseImage(engine.docker, signal);
  const [program = "", ...words] = [...engine.within, "sh", "toolchain/run.sh", "test", ...args];
  const run = await execa(program, words, {
    cwd: packageFolder,
    stdio: "inherit",
    env: { DOCKER_HOST: engine.host },
    reject: false,
    cancelSignal: signal,
  });
  signal.throwIfAborted();
  return run.exitCode ?? 1;
}

/** The one of the person's own engine, if it has one: making it takes longer than copying. */
async function bringBaseImage(docker: Docker, signal: AbortSignal): Promise<void> {
  const { connectEngine } = await import("../../engine/client.ts");
  const { findBaseImage } = await import("../../toolchain/base-image.ts");
  const { finished, savedImages } = await import("../../bootstrap/snapshots/share/transfer.ts");
  const first = await connectEngine({ signal }).catch(() => undefined);
  const base = first && (await findBaseImage(first));
  if (first === undefined || base === undefined) return;
  const saved = await savedImages(first, [base], signal);
  await finished(docker.loadImage(saved, { quiet: true }), { signal, status: () => undefined });
}
