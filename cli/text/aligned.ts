import stringWidth from "string-width";

/**
 * Lines of columns, two spaces apart, each as wide as its widest cell is on a terminal.
 * @param isRight whether a column's cells go to the right, as numbers do; default: none
 */
export function aligned(
  rows: readonly (readonly string[])[],
  isRight: (column: number) => boolean = () => false,
): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, stringWidth(cell));
    });
  }
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const room = " ".repeat((widths[column] ?? 0) - stringWidth(cell));
        return isRight(column) ? room + cell : cell + room;
      })
      .join("  ")
      .trimEnd(),
  );
}
