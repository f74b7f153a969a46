import { activity } from "../data/actions.ts";
import { Icon } from "../parts/icon.tsx";
import { State } from "../parts/state.tsx";

const words = {
  running: { tone: "wait", text: "running" },
  done: { tone: "good", text: "done" },
  failed: { tone: "bad", text: "failed" },
} as const;

/** The action that runs or ran last, with what it says. */
export function ActivityPanel() {
  const now = activity.value;
  return (
    <>
      <div class="unseen" role="status">
        {now !== undefined && now.state !== "failed"
          ? `${now.title}: ${words[now.state].text}`
          : ""}
      </div>
      {now !== undefined && (
        <aside class={`activity ${now.state}`} aria-label="Action">
          <div class="activity-head">
            <h2>{now.title}</h2>
            <State {...words[now.state]} />
            {now.state !== "running" && (
              <button
                type="button"
                class="quiet"
                aria-label="Dismiss"
                onClick={() => {
                  activity.value = undefined;
                }}
              >
                <Icon name="close" />
              </button>
            )}
          </div>
          {now.steps.length > 0 && now.state !== "done" && (
            <ol class="steps">
              {now.steps.slice(-6).map((step, index) => (
                <li key={index}>{step}</li>
              ))}
            </ol>
          )}
          {now.text !== undefined && (
            <p class="outcome" role={now.state === "failed" ? "alert" : undefined}>
              {now.text}
            </p>
          )}
        </aside>
      )}
    </>
  );
}
