/** Tables that take as much room as there is: never a line that wraps. */
import { stripVTControlCharacters } from "node:util";

import { aligned } from "./aligned.ts";
import type { Paint } from "./paint.ts";

export interface Column<Row> {
  readonly title: string;
  readonly right?: boolean;
  readonly cell: (row: Row) => string;
}

/** @param layouts from the widest to the narrowest; the first one that has room is taken, else the last */
export function fitted<Row>(
  rows: readonly Row[],
  layouts: readonly (readonly Column<Row>[])[],
  width: number,
  paint: Paint,
): string[] {
  let found: string[] = [];
  for (const columns of layouts) {
    found = lines(rows, columns, paint);
    if (found.every((line) => stripVTControlCharacters(line).length <= width)) break;
  }
  return found;
}

function lines<Row>(rows: readonly Row[], columns: readonly Column<Row>[], paint: Paint): string[] {
  const head = columns.map(({ title }) => paint("bold", title));
  const cells = rows.map((row) => columns.map(({ cell }) => cell(row)));
  return aligned([head, ...cells], (column) => columns[column]?.right === true);
}

/** @param most characters that are enough of a name */
export function nameColumn<Row extends { readonly name: string }>(
  title: string,
  most = Infinity,
): Column<Row> {
  return {
    title,
    cell: ({ name }) => (name.length <= most ? name : `${name.slice(0, most - 1)}…`),
  };
}
