import { useState } from "preact/hooks";

import { act, activity } from "../data/actions.ts";
import { can, network } from "../data/network.ts";
import { Dialog } from "../parts/dialog.tsx";
import { type ActionForm, forms } from "./forms.tsx";

/** What can be done with the network as a whole. */
export function Toolbar() {
  const [open, setOpen] = useState<ActionForm | undefined>(undefined);
  const running = activity.value?.state === "running";
  const close = (): void => {
    setOpen(undefined);
  };
  const button = (form: ActionForm) =>
    can(form.action) && (
      <button
        key={form.action}
        type="button"
        class={form.action === "reset" ? "button dangerous" : "button"}
        disabled={running}
        onClick={() => {
          setOpen(form);
        }}
      >
        {form.text}
      </button>
    );
  const isCut = network.value?.status.connections.some(({ state }) => state === "cut") ?? false;
  return (
    <div class="toolbar" role="group" aria-label="Actions">
      {forms.filter(({ action }) => action !== "reset").map(button)}
      {can("join") && isCut && (
        <button
          type="button"
          class="button"
          disabled={running}
          onClick={() => void act("Join the network", "join", {})}
        >
          Join
        </button>
      )}
      {forms.filter(({ action }) => action === "reset").map(button)}
      {open !== undefined && (
        <Dialog title={open.title} onClose={close}>
          <open.Form onClose={close} />
        </Dialog>
      )}
    </div>
  );
}
