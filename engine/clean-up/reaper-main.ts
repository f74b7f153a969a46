/** The other end of reaper.ts: waits for its standard input to close, and removes what its owner left. */
import { connectEngine } from "../client.ts";
import { label } from "../labels.ts";
import { removeLateOnes, removeTemporary } from "./sweep.ts";

const [owner] = process.argv.slice(2);
if (owner === undefined) throw new Error("usage: reaper-main OWNER");

await new Promise((resolve) => {
  process.stdin.on("close", resolve).resume();
});

await removeLateOnes(() =>
  connectEngine()
    .then((docker) => removeTemporary(docker, { [label.owner]: owner }))
    .catch(() => undefined),
);
