/** Turns Pulumi's events into steps: what is compared, created, changed and removed, and what the plugins report meanwhile. */
import type {
  DiagnosticEvent,
  EngineEvent,
  StepEventMetadata,
} from "@pulumi/pulumi/automation/events.js";

import { readStatus } from "../../base/progress/amount.ts";
import { Sequence, type Step, type Steps } from "../../base/progress/steps.ts";
import { resourceCount, type StackState } from "../stack-state.ts";
import { networkNamed, resourceTitle, shortName, speaksInSteps } from "./resource-title.ts";

/** An error that Pulumi told. */
export interface Reason {
  /** What it is about; left out: no one resource. */
  readonly resource?: string;
  readonly message: string;
}

/** Operations on a resource that take long, in words for the time they last and afterwards. */
const actions: Readonly<Record<string, { doing: string; done: string }>> = {
  create: { doing: "creating", done: "created" },
  "create-replacement": { doing: "creating", done: "created" },
  update: { doing: "updating", done: "updated" },
  delete: { doing: "deleting", done: "deleted" },
  "delete-replaced": { doing: "deleting", done: "deleted" },
};

/** What the engine puts before a sentence of a plugin's check: the resource, which is printed anyway, and the whole value of a property. */
const checkFailed = /^\S+ resource '[^']*'(?:: property \S+ value \{.*?\})? has a problem: /s;

interface Running {
  readonly step: Step;
  readonly sequence: Sequence;
}

export class UpdateSteps {
  readonly reasons: Reason[] = [];
  /** Operation → how many resources; from Pulumi's own summary. */
  changes: Readonly<Record<string, number>> | undefined;
  readonly #steps: Steps;
  /** How many resources the stack has. */
  readonly #resources: number;
  readonly #networks: Set<string>;
  /** What Pulumi itself is at, while no resource is. */
  #phase: Step | undefined;
  readonly #running = new Map<string, Running>();
  #compared = 0;
  #ended = false;

  /** @param before the stack's resources before the update */
  constructor(steps: Steps, before: StackState["resources"]) {
    this.#steps = steps;
    this.#resources = resourceCount(before);
    this.#networks = new Set(before.flatMap(({ urn }) => networkNamed(urn) ?? []));
    this.#phase = steps.begin("start Pulumi");
  }

  /** What comes after the end is of no step: of a CLI that was killed, its plugins may still write. */
  take(event: EngineEvent): void {
    if (this.#ended) return;
    if (event.resourcePreEvent) this.#begins(event.resourcePreEvent.metadata);
    else if (event.resOutputsEvent) this.#ends(event.resOutputsEvent.metadata, "done");
    else if (event.resOpFailedEvent) this.#ends(event.resOpFailedEvent.metadata, "failed");
    else if (event.diagnosticEvent) this.#told(event.diagnosticEvent);
    else if (event.stdoutEvent) this.#steps.note(plain(event.stdoutEvent.message));
    else if (event.summaryEvent) this.changes = event.summaryEvent.resourceChanges;
  }

  /** Nothing more comes. */
  end(state: "done" | "failed"): void {
    this.#phase?.end(state);
    for (const { step } of this.#running.values()) step.end(state);
    this.#ended = true;
  }

  #begins(metadata: StepEventMetadata): void {
    const { op, urn } = metadata;
    const network = networkNamed(urn);
    if (network !== undefined) this.#networks.add(network);
    if (op === "refresh") {
      if (isComponent(metadata)) return;
      this.#enter("compare with the current state");
      this.#countCompared();
      return;
    }
    // Whatever it is, also the stack itself or what stays as it is: the program declares by now.
    this.#leave();
    const action = actions[op];
    if (action === undefined || isComponent(metadata)) return;
    const step = this.#steps.begin(this.#title(urn), { action });
    this.#running.set(urn, { step, sequence: new Sequence(this.#steps, step) });
  }

  #ends(metadata: StepEventMetadata, state: "done" | "failed"): void {
    const { op, urn } = metadata;
    if (op === "refresh") {
      if (isComponent(metadata)) return;
      this.#compared += 1;
      this.#countCompared();
      if (this.#compared >= this.#resources) this.#enter("read the program");
      return;
    }
    if (actions[op] === undefined) return;
    const running = this.#running.get(urn);
    running?.step.end(state);
    this.#running.delete(urn);
  }

  #told({ urn = "", message, severity, ephemeral = false }: DiagnosticEvent): void {
    // Debug messages come whatever is asked for, and have passwords in them.
    if (!["info", "info#err", "warning", "error"].includes(severity)) return;
    const text = plain(message).trim();
    if (ephemeral) {
      this.#status(urn, text);
    } else if (severity === "error") {
      const resource = urn === "" ? {} : { resource: this.#title(urn) };
      this.reasons.push({ ...resource, message: text.replace(checkFailed, "") });
    } else if (text !== "") {
      const about = urn === "" ? "" : `${this.#title(urn)}: `;
      this.#steps.note(about + text, severity === "warning" ? "warning" : "info");
    }
  }

  #status(urn: string, text: string): void {
    const running = this.#running.get(urn);
    if (running === undefined) {
      const { title } = readStatus(text);
      this.#phase?.update({
        detail: title === "" ? "" : `${shortName(urn, this.#networks)}: ${title}`,
      });
    } else if (speaksInSteps(urn)) {
      // An empty one comes last, however the work ended: how it did, the end of the whole tells.
      if (text !== "") running.sequence.status(text);
    } else {
      const [, step, of] = /^Step (\d+)\/(\d+) : /.exec(text) ?? [];
      // Of a build, which tells of a step when it begins.
      const amount = { done: Number(step) - 1, of: Number(of), unit: "steps" } as const;
      running.step.update({ detail: text, ...(step !== undefined && { amount }) });
    }
  }

  #title(urn: string): string {
    return resourceTitle(urn, this.#networks);
  }

  #countCompared(): void {
    const amount = { done: this.#compared, of: this.#resources, unit: "resources" } as const;
    this.#phase?.update({ amount });
  }

  #enter(title: string): void {
    if (this.#phase?.title === title) return;
    this.#leave();
    this.#phase = this.#steps.begin(title);
  }

  #leave(): void {
    this.#phase?.end("done");
    this.#phase = undefined;
  }
}

/** One that no plugin makes: it only holds others, and takes no time. */
function isComponent({ old, new: news }: StepEventMetadata): boolean {
  return (news ?? old)?.custom !== true;
}

/** Without Pulumi's own marks for colours. */
function plain(text: string): string {
  return text.replaceAll(/<\{%.*?%\}>/g, "").trimEnd();
}
