/** Tells a person what a set-up does while it does it. */
export interface Progress {
  /** A long step: its title at once, a sign of life while it runs, and how long it took. */
  step<T>(title: string, work: () => Promise<T>): Promise<T>;
  /** One line, such as why the next step takes another way. */
  note(text: string): void;
}

/** Milliseconds between two signs of life where lines cannot be written over. */
const heartbeatMs = 15_000;
/** Milliseconds between two frames on a terminal. */
const frameMs = 200;
const frames = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏";

/** Where progress is written: stderr, or a stand-in for it. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** On a terminal one line with running seconds, elsewhere a line every 15 s. Nothing is written while nothing runs. */
export function streamProgress(stream: ProgressStream): Progress {
  return {
    note: (text) => void stream.write(`${text}\n`),
    step: async (title, work) => {
      const start = performance.now();
      const seconds = (): string => `${((performance.now() - start) / 1000).toFixed(0)} s`;
      const terminal = stream.isTTY === true;
      let frame = 0;
      const beat = (): void => {
        if (terminal)
          stream.write(
            `\r\u001b[K${frames[frame++ % frames.length] ?? ""} ${title} (${seconds()})`,
          );
        else stream.write(`... still at it after ${seconds()}: ${title}\n`);
      };
      if (terminal) beat();
      else stream.write(`${title} ...\n`);
      const timer = setInterval(beat, terminal ? frameMs : heartbeatMs);
      let outcome = "failed";
      try {
        const result = await work();
        outcome = "done";
        return result;
      } finally {
        clearInterval(timer);
        stream.write(`${terminal ? "\r\u001b[K" : ""}${title}: ${outcome} after ${seconds()}\n`);
      }
    },
  };
}
