import { styleText } from "node:util";

type Format = "bold" | "dim" | "red" | "green" | "yellow";

/** Colours a text, or leaves it unchanged. */
export type Paint = (format: Format, text: string) => string;

export const plain: Paint = (_format, text) => text;

/** Colours where the stream is a terminal and NO_COLOR is not set. */
export function paintFor(stream: NodeJS.WriteStream): Paint {
  return (format, text) => styleText(format, text, { stream });
}
