import type { DeadLetterRow } from '@headrace/gateway';

const columns = ['id', 'tenant', 'namespace', 'op', 'attempts', 'at', 'reason'] as const;

/** One line a dead letter, columns aligned; the reason stands last, as it may be long. */
export function deadLetterTable(rows: readonly DeadLetterRow[]): string {
  if (rows.length === 0) return 'no dead letters';
  const lines = [columns.map((column) => column.toUpperCase()), ...rows.map(cells)];
  const widths = columns.map((_, i) => Math.max(...lines.map((line) => line[i]?.length ?? 0)));
  return lines
    .map((line) =>
      line
        .map((text, i) => text.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function cells({ id, tenant, namespace, op, attempts, at, reason }: DeadLetterRow): string[] {
  const why = `${reason.code}: ${reason.detail}`;
  return [id, tenant, namespace, op, String(attempts), at.toISOString(), why].map(inOneLine);
}

/** A name or reason may hold anything, and a terminal obeys control characters. */
export function inOneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ');
}
