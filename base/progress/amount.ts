/** How far a step is, as text that a program can parse too: a provider plugin can send only text to the command line. */

export interface Amount {
  readonly done: number;
  /** The total. Left out: not known yet. */
  readonly of?: number;
  readonly unit: Unit;
}

const units = ["blocks", "nodes", "payments", "images", "resources", "steps", "MB"] as const;
export type Unit = (typeof units)[number];

/** What a step is called, and how far it is where that is known. */
export interface Status {
  readonly title: string;
  readonly amount?: Amount;
}

/** As `mine to height 101: 50 of 101 blocks`. */
export function writeStatus({ title, amount }: Status): string {
  return amount === undefined ? title : `${title}: ${writeAmount(amount)}`;
}

/** As `50 of 101 blocks`, or `32.0 MB`. */
export function writeAmount({ done, of, unit }: Amount): string {
  const text = (value: number): string => (unit === "MB" ? value.toFixed(1) : String(value));
  return `${text(done)}${of === undefined ? "" : ` of ${text(of)}`} ${unit}`;
}

const amountPattern = new RegExp(
  String.raw`^(.*): (\d+(?:\.\d+)?)(?: of (\d+(?:\.\d+)?))? (${units.join("|")})$`,
  "s",
);

/** Reads what {@link writeStatus} writes. Any other text is a title. */
export function readStatus(text: string): Status {
  const [, title = "", done, of, unit] = amountPattern.exec(text) ?? [];
  if (done === undefined) return { title: text };
  const amount: Amount = {
    done: Number(done),
    ...(of !== undefined && { of: Number(of) }),
    unit: unit as Unit,
  };
  return { title, amount };
}

/** Milliseconds between two words on the same step: whoever reads has to keep up. */
export const everyMs = 100;

export interface Reporter {
  /** Says what is going on, for a person. */
  readonly report: (message: string) => void;
  /** Says how far that is; what comes too soon after the last word is left out. */
  readonly count: (amount: Amount) => void;
}

/** Tells in lines of text, one for each word. */
export function reporter(status: (text: string) => void): Reporter {
  let title = "";
  let next = 0;
  const say = (text: string): void => {
    next = performance.now() + everyMs;
    status(text);
  };
  return {
    report: (message) => {
      ({ title } = readStatus(message));
      say(message);
    },
    count: (amount) => {
      if (performance.now() >= next) say(writeStatus({ title, amount }));
    },
  };
}
