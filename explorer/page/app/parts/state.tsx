/** The state of something in a word and a sign, so that nothing is told by colour alone. */
export type Tone = "good" | "wait" | "bad" | "plain";

const signs = { good: "●", wait: "◐", bad: "◆", plain: "○" } as const;

export function State({ tone, text }: { readonly tone: Tone; readonly text: string }) {
  return (
    <span class={`state ${tone}`}>
      <span aria-hidden="true" class="sign">
        {signs[tone]}
      </span>
      {text}
    </span>
  );
}
