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
