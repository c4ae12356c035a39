/** A line of a table: the first cell to the left, the others to the right of their widths. */
export function alignCells(cells: readonly string[], widths: readonly number[]): string {
  return cells
    .map((cell, at) => (at === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[at] ?? 0)))
    .join('')
    .trimEnd();
}
