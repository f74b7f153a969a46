import type { Command } from "commander";
import type Docker from "dockerode";

import type { GoldenOutcome, GoldenValues } from "../../tests/golden/values.ts";
import type { Progress } from "../../base/progress/steps.ts";

interface Options {
  readonly image?: string;
  readonly write?: true;
}

export function register(program: Command): void {
  program
    .command("golden")
    .description(
      "create the default chain and compare it with the values recorded for this bitcoind",
    )
    .option("-i, --image <reference>", "image with another bitcoind, built like images/bitcoind")
    .option("-w, --write", "record the values, also in docs/reproducible-chain.md")
    .action(async (options: Options) => {
      const { interruptible } = await import("../../base/interruptible.ts");
      const { streamProgress } = await import("../../base/progress/stream.ts");
      const progress = streamProgress(process.stderr);
      await interruptible((signal) => golden(options, progress, signal));
    });
}

async function golden(options: Options, progress: Progress, signal: AbortSignal): Promise<void> {
  const { compareWithGolden, readGolden, writeGolden } =
    await import("../../tests/golden/values.ts");
  const { bitcoind, values } = await made(options, progress, signal);
  const table = await readGolden();
  const outcome = compareWithGolden(bitcoind, values, table);
  process.stdout.write(report(bitcoind, values, outcome));
  if (options.write === undefined) {
    if (outcome.kind === "different") process.exitCode = 1;
    return;
  }
  const { writeDocumented } = await import("../../tests/golden/document.ts");
  const recorded = { ...table, [bitcoind]: values };
  await writeGolden(recorded);
  await writeDocumented(recorded);
  process.stdout.write("Recorded.\n");
}

/** The chain, by the image that is named or by the one that every stack builds. */
async function made(
  { image }: Options,
  progress: Progress,
  signal: AbortSignal,
): Promise<{ bitcoind: string; values: GoldenValues }> {
  const { connectEngine } = await import("../../engine/client.ts");
  const { makeGolden } = await import("../../tests/golden/make.ts");
  const { defaultPlan } = await import("../../bootstrap/plan/default-plan.ts");
  const plan = defaultPlan();
  const make = (docker: Docker, image: string): ReturnType<typeof made> =>
    progress.step("Making the chain", () => makeGolden(docker, { image, plan, signal }));

  if (image !== undefined) return await make(await connectEngine({ signal }), image);
  const { ensureToolchain } = await import("../../toolchain/ensure.ts");
  const { openNodeImage } = await import("../../testing/node-image.ts");
  const { env } = await ensureToolchain({ progress, signal });
  const docker = await connectEngine({ signal });
  await using built = await progress.step("Building bitcoind's image", () =>
    openNodeImage(docker, env["REGTEST_BASE_IMAGE"] ?? "", { signal, status: () => undefined }),
  );
  return await make(docker, built.name);
}

function report(bitcoind: string, values: GoldenValues, outcome: GoldenOutcome): string {
  return `${JSON.stringify({ [bitcoind]: values }, undefined, 2)}\n${bitcoind}: ${verdict(outcome)}\n`;
}

function verdict(outcome: GoldenOutcome): string {
  switch (outcome.kind) {
    case "same":
      return "as recorded";
    case "unknown":
      return "not recorded yet: npm run golden -- --write records it";
    case "different":
      return ["NOT as recorded:", ...outcome.lines].join("\n  ");
  }
}
