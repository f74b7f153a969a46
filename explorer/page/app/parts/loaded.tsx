import type { ComponentChildren } from "preact";

import { ApiError, type Loaded } from "../data/api.ts";

interface LoadedProps<T> {
  readonly of: Loaded<T>;
  /** What is said of what the server does not have. */
  readonly missing?: string | undefined;
  readonly children: (data: T) => ComponentChildren;
}

/** What was loaded, or that it is being loaded, or why it is not. */
export function Shown<T>({ of: { data, error }, missing, children }: LoadedProps<T>) {
  if (data !== undefined) return <>{children(data)}</>;
  if (error !== undefined) {
    const status = error instanceof ApiError ? error.status : undefined;
    const text =
      status !== undefined && status < 500 && missing !== undefined
        ? missing
        : status === undefined
          ? "The explorer does not answer. This is read again when it does."
          : error.message;
    return (
      <p class="note bad" role="alert">
        {text}
      </p>
    );
  }
  return <p class="loading">Loading …</p>;
}
