import { type TakeOptions, takeNamedSnapshot } from "../../../stack/actions/take-snapshot.ts";
import { withToolchain } from "../../shared/context.ts";
import { reporting } from "../../shared/reporting.ts";
import { takenText, takenValues } from "../../text/snapshot-text.ts";

export async function take(
  name: string,
  options: TakeOptions & { readonly json?: boolean },
): Promise<void> {
  const { stack, json = false } = options;
  await reporting(json, ({ steps, result }) =>
    withToolchain(
      async ({ environment, progress, ...context }) => {
        const tell = (line: string): void => {
          progress.note(line);
        };
        const manifest = await takeNamedSnapshot(environment, name, options, context, tell);
        result(takenText(name, stack, manifest), {
          ...{ command: "snapshot", snapshot: name, stack },
          ...takenValues(manifest),
        });
      },
      { progress: steps },
    ),
  );
}
