/** Flags and description, for every subcommand that tells steps. */
export const jsonOption = [
  "--json",
  "for programs: steps and result as JSON, one object on each line",
] as const;
