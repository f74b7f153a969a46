/** What a command tells of itself: to a person in steps and sentences, to a program in a JSON object on each line. */
import { JsonDisplay } from "../../base/progress/json-lines.ts";
import { Steps } from "../../base/progress/steps.ts";
import { streamProgress } from "../../base/progress/stream.ts";
import { describe, exitCodeOf } from "./errors.ts";
import { UpdateError, diagnostics } from "../../stack/update/update-error.ts";

export interface Report {
  readonly steps: Steps;
  /**
   * What came of it, told when the work is over.
   * @param text for a person
   * @param values for a program
   */
  readonly result: (text: string, values: object) => void;
  /** The same of work that goes on until it is interrupted, told at once. */
  readonly resultSoFar: (text: string, values: object) => void;
}

export interface ReportOptions {
  /** With `json`: whether the steps are left out, so that there is one line. Default: false. */
  readonly onlyResult?: boolean;
}

/** For a person, steps go to stderr, and stdout has the result. With `json` all of it is on stdout, errors too. */
export async function reporting(
  json: boolean,
  work: (report: Report) => Promise<void>,
  { onlyResult = false }: ReportOptions = {},
): Promise<void> {
  if (json) {
    await reportingJson(work, onlyResult);
    return;
  }
  try {
    let outcome = "";
    const result = (text: string): void => void (outcome = text);
    const resultSoFar = (text: string): void => void process.stdout.write(text);
    await work({ steps: streamProgress(process.stderr), result, resultSoFar });
    process.stdout.write(outcome);
  } catch (error) {
    if (error instanceof UpdateError) process.stderr.write(diagnostics(error.reasons));
    throw error;
  }
}

async function reportingJson(
  work: (report: Report) => Promise<void>,
  onlyResult: boolean,
): Promise<void> {
  const write = (object: object): void => {
    process.stdout.write(`${JSON.stringify(object)}\n`);
  };
  try {
    const told = { early: false };
    let outcome = {};
    const result = (_text: string, values: object): void => void (outcome = values);
    const resultSoFar = (_text: string, values: object): void => {
      write({ type: "result", ...values });
      told.early = true;
    };
    const display = new JsonDisplay(onlyResult ? () => undefined : write);
    await work({ steps: new Steps(display), result, resultSoFar });
    if (!told.early) write({ type: "result", ...outcome });
  } catch (error) {
    const reasons = error instanceof UpdateError ? error.reasons : [];
    write({ type: "error", message: describe(error), ...(reasons.length > 0 && { reasons }) });
    process.exitCode = exitCodeOf(error);
  }
}
