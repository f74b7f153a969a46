import { count } from "../data/words.ts";
import { Icon } from "./icon.tsx";

interface PagesProps {
  readonly newer: string | (() => void) | undefined;
  readonly older: string | (() => void) | undefined;
  /** Which part this is. */
  readonly text: string;
}

/** Leads to the parts before and after. */
export function Pages({ newer, older, text }: PagesProps) {
  if (newer === undefined && older === undefined) return null;
  return (
    <nav class="pages" aria-label="Pages">
      <Turn to={newer} name="Previous" icon="left" />
      <span>{text}</span>
      <Turn to={older} name="Next" icon="right" />
    </nav>
  );
}

interface NumberedProps {
  /** Index of the first that is shown. */
  readonly from: number;
  readonly perPage: number;
  /** How many there are. */
  readonly of: number;
  readonly go: (from: number) => void;
}

/** The same of a list whose length is known. */
export function NumberedPages({ from, perPage, of, go }: NumberedProps) {
  const end = Math.min(from + perPage, of);
  const to = (start: number) => () => {
    go(start);
  };
  return (
    <Pages
      newer={from > 0 ? to(from - perPage) : undefined}
      older={end < of ? to(end) : undefined}
      text={`${count(from + 1)} to ${count(end)} of ${count(of)}`}
    />
  );
}

interface TurnProps {
  readonly to: string | (() => void) | undefined;
  readonly name: string;
  readonly icon: "left" | "right";
}

function Turn({ to, name, icon }: TurnProps) {
  if (typeof to === "string") {
    return (
      <a class="button" href={to} aria-label={name}>
        <Icon name={icon} />
      </a>
    );
  }
  return (
    <button type="button" class="button" aria-label={name} disabled={to === undefined} onClick={to}>
      <Icon name={icon} />
    </button>
  );
}
