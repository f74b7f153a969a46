/** Resources that only record what was looked up: kept in the state, with nothing to create or remove. */
import type { Properties, ResourceHandler } from "../server/handler.ts";
import { inputDiff } from "./input-diff.ts";
import { ownResource } from "./own-resource.ts";

export interface LookUp {
  /** Looks it up and fills it in, so that a preview knows it too. */
  readonly check: ResourceHandler["check"];
  /** The input that is its id. */
  readonly id: string;
  /** Why it cannot be imported. */
  readonly importRefusal: string;
}

export function lookUp({ check, id: idKey, importRefusal }: LookUp): ResourceHandler {
  const idOf = (inputs: Properties): string => String(inputs[idKey]);
  return ownResource({
    ...{ importRefusal, check },
    diff: (_id, _state, oldInputs, news) =>
      Promise.resolve({ detailed: inputDiff(oldInputs, news, []) }),
    plan: (inputs) => inputs,
    create: (inputs) => Promise.resolve({ id: idOf(inputs), state: inputs }),
    update: (_id, _state, news) => Promise.resolve(news),
  });
}
