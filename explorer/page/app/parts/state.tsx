/** The state of something in a word and a sign, so that nothing is told by colour alone. */
export type Tone = "good" | "wait" | "bad" | "plain";

/** Full, half, a lozenge and empty, on 12 × 12. */
const signs = {
  good: <circle cx="6" cy="6" r="4.25" class="full" />,
  wait: (
    <>
      <circle cx="6" cy="6" r="4.25" />
      <path d="M6 1.75a4.25 4.25 0 0 1 0 8.5z" class="full" />
    </>
  ),
  bad: <path d="M6 0.75L11.25 6L6 11.25L0.75 6z" class="full" />,
  plain: <circle cx="6" cy="6" r="4.25" />,
} as const;

export function State({ tone, text }: { readonly tone: Tone; readonly text: string }) {
  return (
    <span class={`state ${tone}`}>
      <svg class="sign" viewBox="0 0 12 12" width="11" height="11" aria-hidden="true">
        {signs[tone]}
      </svg>
      {text}
    </span>
  );
}
