/** The little Markdown that the generated parts are made of. */

/** A line for each: the term, what is to be known of it in short, if anything, and its meaning. */
export function definitions(
  of: readonly {
    readonly term: string;
    readonly notes: readonly string[];
    readonly meaning: string;
  }[],
): string {
  return of
    .map(({ term, notes, meaning }) => {
      const said = notes.filter((note) => note !== "").join(", ");
      return `- ${code(term)}${said === "" ? "" : ` (${said})`}: ${meaning}`;
    })
    .join("\n");
}

export function code(text: string): string {
  return `\`${text}\``;
}
