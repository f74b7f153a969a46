/** What the CLI says of an update in the end: the Automation API would run it once more to ask. */

/** Operation, such as `create` and `same` → how many resources. */
export type Changes = Readonly<Record<string, number>>;

/** What the CLI calls operations that were done. Those to be done it calls by their names, as in "2 to create". */
const operations: Readonly<Record<string, string>> = {
  created: "create",
  updated: "update",
  replaced: "replace",
  deleted: "delete",
  imported: "import",
  unchanged: "same",
};

/** @param printed by an update, a preview or a refresh, without colours */
export function changesIn(printed: string): Changes {
  const [, resources = ""] = printed.split(/^Resources:$/m);
  const counted = [...resources.matchAll(/(\d+) (to )?(\w+)/g)].flatMap(
    ([, count, planned, word = ""]) => {
      const operation = planned === undefined ? operations[word] : word;
      return operation === undefined ? [] : [[operation, Number(count)] as const];
    },
  );
  return Object.fromEntries(counted);
}
