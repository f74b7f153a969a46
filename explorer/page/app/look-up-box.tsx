import { useEffect, useState } from "preact/hooks";

import { lookUp } from "./data/look-up.ts";
import { go, route } from "./data/route.ts";
import { Icon } from "./parts/icon.tsx";

/** Leads to what is typed, or says why it does not. */
export function LookUpBox() {
  const [error, setError] = useState<string | undefined>(undefined);
  const [busy, setBusy] = useState(false);
  const clear = (): void => {
    setError(undefined);
  };
  // What was not found is of no interest to those who went elsewhere.
  useEffect(clear, [route.value]);
  const find = async (form: HTMLFormElement): Promise<void> => {
    const typed = new FormData(form).get("text");
    setBusy(true);
    clear();
    try {
      go(await lookUp(typeof typed === "string" ? typed : ""));
      form.reset();
    } catch (failure) {
      setError((failure as Error).message);
    }
    setBusy(false);
  };
  return (
    <search class="look-up">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void find(event.currentTarget);
        }}
      >
        <label class="unseen" for="look-up">
          Look up
        </label>
        <Icon name="search" />
        <input
          id="look-up"
          name="text"
          type="search"
          placeholder="Height, hash, txid, address or label"
          autocomplete="off"
          spellcheck={false}
          aria-invalid={error !== undefined}
          aria-describedby={error === undefined ? undefined : "look-up-error"}
          onInput={clear}
        />
        <button type="submit" class="quiet" aria-label="Look up" disabled={busy}>
          <Icon name="arrow" />
        </button>
      </form>
      {error !== undefined && (
        <p class="look-up-error" id="look-up-error" role="alert">
          {error}
        </p>
      )}
    </search>
  );
}
