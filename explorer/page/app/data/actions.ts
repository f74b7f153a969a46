/** What the page does with the network: one action at a time, with what it says meanwhile. */
import { signal } from "@preact/signals";

import type { ActionLine, ActionName, Actions } from "../../protocol.ts";
import { jsonLines } from "./lines.ts";
import { authorization, refuseToken } from "./token.ts";

export interface Activity {
  /** Such as `Mine 6 blocks`. */
  readonly title: string;
  readonly state: "running" | "done" | "failed";
  readonly steps: readonly string[];
  /** The result, or the whole error. */
  readonly text?: string | undefined;
}

/** The one that runs, or ran last. */
export const activity = signal<Activity | undefined>(undefined);

/** Returns whether it went well; what it said is in {@link activity}. */
export async function act<N extends ActionName>(
  title: string,
  name: N,
  args: Actions[N],
): Promise<boolean> {
  if (activity.value?.state === "running") return false;
  activity.value = { title, state: "running", steps: [] };
  const end = await run(name, args).catch((error: unknown): ActionLine => {
    return { type: "error", message: `The explorer did not answer: ${(error as Error).message}` };
  });
  const { steps } = activity.value;
  activity.value =
    end.type === "error"
      ? { title, steps, state: "failed", text: end.message }
      : { title, steps, state: "done", text: end.text };
  return end.type !== "error";
}

async function run(name: ActionName, args: unknown): Promise<ActionLine> {
  const answer = await fetch(`/page/actions/${name}`, {
    method: "POST",
    headers: { ...authorization(), "content-type": "application/json" },
    body: JSON.stringify(args),
  });
  if (answer.status === 401) refuseToken();
  if (!answer.ok || answer.body === null) return refusal(await answer.text(), answer.status);
  for await (const line of jsonLines<ActionLine>(answer.body)) {
    if (line.type !== "status") return line;
    const now = activity.value;
    if (now !== undefined) activity.value = { ...now, steps: [...now.steps, line.text] };
  }
  return {
    type: "error",
    message: "The explorer ended before it said how this ended. The network shows what was done.",
  };
}

/** What is refused is said in a line of the same form, or in plain text. */
function refusal(text: string, status: number): ActionLine {
  try {
    const line = JSON.parse(text) as Partial<Extract<ActionLine, { type: "error" }>>;
    if (line.message !== undefined) return { type: "error", message: line.message };
  } catch {
    // It is text.
  }
  return { type: "error", message: text === "" ? `status ${status}` : text };
}
