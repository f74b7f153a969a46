import { useEffect, useState } from "preact/hooks";

import { shortened } from "../data/words.ts";
import { Icon } from "./icon.tsx";

interface HashProps {
  readonly value: string;
  /** Where it leads. */
  readonly to?: string | undefined;
  /** What it is of, such as `txid`, in the name of the button that copies it. */
  readonly of: string;
  /** Shows all of it. */
  readonly whole?: boolean;
  /** Without a button, where many stand below one another. */
  readonly bare?: boolean;
}

/** A hash, txid or address, shortened in the middle, and a button that copies all of it. */
export function Hash({ value, to, of, whole = false, bare = false }: HashProps) {
  const text = whole ? value : shortened(value);
  const shown = (
    <>
      <span aria-hidden={text === value ? undefined : true}>{text}</span>
      {text !== value && <span class="unseen">{value}</span>}
    </>
  );
  return (
    <span class={whole ? "hash whole" : "hash"}>
      {to === undefined ? (
        <code title={value}>{shown}</code>
      ) : (
        <a href={to} title={value}>
          <code>{shown}</code>
        </a>
      )}
      {!bare && <Copy value={value} of={of} />}
    </span>
  );
}

function Copy({ value, of }: { readonly value: string; readonly of: string }) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => {
      setCopied(false);
    }, 1_500);
    return () => {
      clearTimeout(timer);
    };
  }, [copied]);
  const copy = (): void => {
    navigator.clipboard.writeText(value).then(
      () => {
        setCopied(true);
      },
      // The browser's user does not allow it: the button stays as it is.
      () => undefined,
    );
  };
  return (
    <button
      type="button"
      class="copy"
      aria-label={copied ? `${of} copied` : `Copy ${of}`}
      title={copied ? "Copied" : `Copy ${of}`}
      onClick={copy}
    >
      <Icon name={copied ? "check" : "copy"} />
    </button>
  );
}
