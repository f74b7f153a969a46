/** What state a node, a service or a connection is in, in words. */
import { counted } from "../data/words.ts";
import type { Tone } from "../parts/state.tsx";
import type { Connection, NodeStatus, ServiceStatus } from "./types.ts";

export interface Condition {
  readonly tone: Tone;
  readonly text: string;
}

/** Whether the engine has it stopped, in whatever way. */
export function isStopped({ state }: { readonly state: string }): boolean {
  return state === "exited" || state === "created" || state === "dead";
}

export function nodeCondition(node: NodeStatus): Condition {
  const { state, problem, behind = 0, forkedAt, height } = node;
  if (isStopped(node)) return { tone: "plain", text: "stopped" };
  if (state !== "running") return { tone: state === "gone" ? "bad" : "plain", text: state };
  if (forkedAt !== undefined) return { tone: "bad", text: `forked at ${forkedAt}` };
  if (behind > 0) return { tone: "wait", text: `${counted(behind, "block")} behind` };
  if (problem !== undefined || height === undefined) return { tone: "bad", text: "no answer" };
  return { tone: "good", text: "at the tip" };
}

export function serviceCondition(service: ServiceStatus): Condition {
  if (service.up) return { tone: "good", text: "up" };
  if (isStopped(service)) return { tone: "plain", text: "stopped" };
  return service.state === "running"
    ? { tone: "wait", text: "starting" }
    : { tone: service.state === "gone" ? "bad" : "plain", text: service.state };
}

export function connectionCondition({ state, seenBy }: Connection): Condition {
  switch (state) {
    case "connected":
      return { tone: "good", text: "connected" };
    case "half":
      return { tone: "wait", text: `half: only ${seenBy.join(" and ")} sees it` };
    case "missing":
      return { tone: "bad", text: "missing" };
    case "cut":
      return { tone: "plain", text: "cut" };
    case "unknown":
      return { tone: "wait", text: "unknown: neither answers" };
  }
}
