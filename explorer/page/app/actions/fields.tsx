import type { ComponentChildren } from "preact";

interface FieldProps {
  readonly name: string;
  readonly label: string;
  readonly hint?: string | undefined;
  readonly value?: string;
  readonly type?: "text" | "number";
  readonly min?: number;
  readonly max?: number;
  readonly optional?: boolean;
  readonly autofocus?: boolean;
}

/** A field of a form, with its label above and a hint below. */
export function Field(props: FieldProps) {
  const { name, label, hint, value = "", type = "text", min, max, optional = false } = props;
  const id = `field-${name}`;
  return (
    <div class="field">
      <label for={id}>
        {label}
        {optional && <span class="what"> (optional)</span>}
      </label>
      <input
        id={id}
        name={name}
        {...(type === "number"
          ? ({ type, min, max, inputMode: "numeric" } as const)
          : ({ type: "text" } as const))}
        required={!optional}
        defaultValue={value}
        autocomplete="off"
        spellcheck={false}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        autofocus={props.autofocus}
      />
      {hint !== undefined && (
        <p class="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}

interface ChoiceProps {
  readonly name: string;
  readonly label: string;
  readonly options: readonly (readonly [value: string, text: string])[];
  readonly value?: string;
  readonly onChange?: (value: string) => void;
}

export function Choice({ name, label, options, value, onChange }: ChoiceProps) {
  const id = `field-${name}`;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select
        id={id}
        name={name}
        onChange={(event) => {
          onChange?.(event.currentTarget.value);
        }}
      >
        {options.map(([option, text]) => (
          <option key={option} value={option} selected={option === value}>
            {text}
          </option>
        ))}
      </select>
    </div>
  );
}

interface FormProps {
  readonly submit: string;
  /** For what cannot be taken back. */
  readonly dangerous?: boolean;
  readonly onSubmit: (values: (name: string) => string) => void;
  readonly onCancel: () => void;
  readonly children: ComponentChildren;
}

export function Form({ submit, dangerous = false, onSubmit, onCancel, children }: FormProps) {
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        const data = new FormData(event.currentTarget);
        onSubmit((name) => {
          const value = data.get(name);
          return typeof value === "string" ? value.trim() : "";
        });
      }}
    >
      {children}
      <div class="buttons end">
        <button type="button" class="button" autofocus={dangerous} onClick={onCancel}>
          Cancel
        </button>
        <button type="submit" class={dangerous ? "button main dangerous" : "button main"}>
          {submit}
        </button>
      </div>
    </form>
  );
}
