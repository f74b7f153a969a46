/** What the resources of this plugin have alike. */
import type {
  OperationContext,
  Properties,
  ReadResult,
  ResourceHandler,
} from "../server/handler.ts";

/** Its own part. Left out: its inputs are as they are given, it stays as it is recorded, and has nothing to remove. */
export interface OwnResource
  extends
    Omit<ResourceHandler, "check" | "read" | "delete">,
    Partial<Pick<ResourceHandler, "check" | "delete">> {
  /** Why it cannot be imported. */
  readonly importRefusal: string;
  /** Looks at what is recorded. */
  readonly read?: (
    id: string,
    state: Properties,
    inputs: Properties,
    context: OperationContext,
  ) => Promise<ReadResult | undefined>;
}

export function ownResource({ importRefusal, read, ...own }: OwnResource): ResourceHandler {
  return {
    check: (news) => Promise.resolve({ inputs: news }),
    delete: () => Promise.resolve(),
    ...own,
    async read(id, state, inputs, context) {
      if (state === undefined || inputs === undefined) throw new Error(importRefusal);
      return read === undefined ? { id, state, inputs } : await read(id, state, inputs, context);
    },
  };
}
