/** A step that failed: which one, where known on which node, and why. */
export class StepError extends Error {
  readonly step: string;

  constructor(step: string, detail: string, cause: unknown) {
    super(`step "${step}" failed: ${detail}`, { cause });
    this.name = "StepError";
    this.step = step;
  }
}
