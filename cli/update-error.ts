import type { Reason } from "./update-steps.ts";

/** An update of a stack that did not reach its end. */
export class UpdateError extends Error {
  override readonly name = "UpdateError";
  readonly reasons: readonly Reason[];
  readonly exitCode: number;

  constructor(message: string, exitCode: number, reasons: readonly Reason[]) {
    super(message);
    this.exitCode = exitCode;
    this.reasons = reasons;
  }
}

/** As Pulumi has it: below each resource its errors, whole. */
export function diagnostics(reasons: readonly Reason[]): string {
  if (reasons.length === 0) return "";
  const groups = Map.groupBy(reasons, ({ resource }) => resource ?? "the program");
  const blocks = [...groups].map(([resource, errors]) => [
    `  ${resource}:`,
    ...errors.map(({ message }) => `    error: ${message.replaceAll("\n", "\n      ")}`),
  ]);
  return ["", "Diagnostics:", ...blocks.flat(), "", ""].join("\n");
}
