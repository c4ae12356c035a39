/** What is shown of a dead letter. */
export interface DeadLetterRow {
  readonly id: string;
  readonly tenant: string;
  readonly namespace: string;
  readonly reason: string;
  readonly attempts: number;
  readonly at: Date;
}

const COLUMNS = ['id', 'tenant', 'namespace', 'attempts', 'at', 'reason'] as const;

/** One line a dead letter, columns aligned; the reason stands last, as it may be long. */
export function deadLetterTable(rows: readonly DeadLetterRow[]): string {
  if (rows.length === 0) return 'no dead letters';
  const lines = [
    COLUMNS.map((column) => column.toUpperCase()),
    ...rows.map((row) => COLUMNS.map((column) => cell(row[column]))),
  ];
  const widths = COLUMNS.map((_, i) => Math.max(...lines.map((line) => line[i]?.length ?? 0)));
  return lines
    .map((line) =>
      line
        .map((text, i) => text.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function cell(value: string | number | Date): string {
  const text = value instanceof Date ? value.toISOString() : String(value);
  // A name or reason may hold anything, and a terminal obeys control characters.
  return text.replace(/\p{Cc}+/gu, ' ');
}
