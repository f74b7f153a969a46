/** The other end of reaper.ts: waits for its standard input to close, and removes what its owner left. */
import { setTimeout as sleep } from "node:timers/promises";

import { connectEngine } from "../client.ts";
import { label } from "../labels.ts";
import { removeTemporary } from "./sweep.ts";

/** Looks in a row that must find nothing: what the engine was making at the end shows a little later. */
const emptyLooks = 3;
const pauseMs = 1_000;
/** Looks altogether: an engine that is down, or that refuses, is not asked for ever. */
const mostLooks = 60;

const [owner] = process.argv.slice(2);
if (owner === undefined) throw new Error("usage: reaper-main OWNER");

await new Promise((resolve) => {
  process.stdin.on("close", resolve).resume();
});

for (let look = 0, empty = 0; look < mostLooks && empty < emptyLooks; look++) {
  const removed = await connectEngine()
    .then((docker) => removeTemporary(docker, { [label.owner]: owner }))
    .catch(() => undefined);
  empty = removed === 0 ? empty + 1 : 0;
  await sleep(pauseMs);
}
