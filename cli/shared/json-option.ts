/** Flags and description, for every subcommand that tells steps. */
export const jsonOption = [
  "--json",
  "print steps and result as JSON, one object per line",
] as const;
