/** The other end of destroy-at-exit.ts: waits for its standard input to close, and destroys what its owner left. */
import { rm } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";

import { execa } from "execa";

import type { Abandoned } from "./destroy-at-exit.ts";

/** Tries: an update that was under way at the end holds the stack's lock for a little. */
const mostTries = 10;
const pauseMs = 3_000;

const { stack, workDir, env, folder } = JSON.parse(await text(process.stdin)) as Abandoned;
const pulumi = (...args: string[]) =>
  execa("pulumi", [...args, "--stack", stack, "--non-interactive"], { cwd: workDir, env });

for (let tries = 1; tries <= mostTries; tries += 1) {
  try {
    await pulumi("cancel", "--yes").catch(() => undefined);
    await pulumi("destroy", "--yes", "--skip-preview", "--refresh");
    await pulumi("stack", "rm", "--yes");
    break;
  } catch {
    await sleep(pauseMs);
  }
}
await rm(folder, { recursive: true, force: true });
