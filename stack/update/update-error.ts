import { printable } from "../../base/printable.ts";
import type { Reason } from "./update-steps.ts";

/** An update of a stack that did not finish. */
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

/** What the official Docker plugin says of a build that failed: an exit code, and nothing of what the build printed. */
const hiddenBuild = /Error running (?:legacy|buildx) build: (?![^]*The last lines of its output)/;

/** The reasons, with the way to see more where the Docker plugin keeps it to itself. */
export function withBuildAdvice(reasons: readonly Reason[]): Reason[] {
  const at = reasons.findIndex(({ message }) => hiddenBuild.test(message));
  return reasons.map((reason, index) =>
    index === at
      ? {
          ...reason,
          message:
            `${reason.message.trim()}\nThe official Docker plugin hides the output of the build; ` +
            "run the same command with REGTEST_DOCKER_PLUGIN=stand-in to see it",
        }
      : reason,
  );
}

/** As Pulumi has it: below each resource its errors, whole. */
export function diagnostics(reasons: readonly Reason[]): string {
  if (reasons.length === 0) return "";
  const groups = Map.groupBy(reasons, ({ resource }) => resource ?? "the program");
  const blocks = [...groups].map(([resource, errors]) => [
    `  ${resource}:`,
    ...errors.map(({ message }) => `    error: ${printable(message).replaceAll("\n", "\n      ")}`),
  ]);
  return ["", "Diagnostics:", ...blocks.flat(), "", ""].join("\n");
}
