import type { CheckRow } from './check-result.ts';
import { DEMO_COLLECTION, DEMO_DATABASE } from './order-document.ts';
import type { ReplayWay } from './plan-replay.ts';
import type { LifeCycleReport } from './life-cycle/life-cycle-tally.ts';
import type { ReplayReport } from './replay-tally.ts';

const WAYS: readonly (readonly [way: ReplayWay, request: string, lane: string])[] = [
  ['strong', 'POST', 'direct'],
  ['eventual', 'POST', 'buffered'],
  ['balanced', '_bulk', 'direct'],
];

/** What the replay did, a line for each tier. */
export function formatReplay(report: ReplayReport): string {
  const rows = WAYS.map(([way, request, lane]) => {
    const { acknowledged, replayed, statuses } = report.ways[way];
    const answers = Object.entries(statuses).map(([status, n]) => `${status} x ${count(n)}`);
    const told = replayed === undefined ? 'not told' : count(replayed);
    return [way, request, lane, count(acknowledged), told, answers.join(', ')];
  });
  const { acknowledged, elapsedMs, sentAgain, lostConnections } = report;
  const perSecond = count(Math.round((acknowledged * 1_000) / elapsedMs));
  return [
    align([['tier', 'sent by', 'lane', 'orders', 'replayed', 'answers'], ...rows], [3, 4]),
    `  ${count(acknowledged)} orders in ${(elapsedMs / 1_000).toFixed(1)} s: ${perSecond} a second. ` +
      `Sent again: ${count(sentAgain)}. Connections lost: ${count(lostConnections)}.\n`,
  ].join('\n');
}

/** What the life cycle did, a line for each lane. */
export function formatLifeCycle(report: LifeCycleReport): string {
  const rows = (['direct', 'buffered'] as const).map((lane) => {
    const answers = Object.entries(report.statuses[lane]).map(
      ([status, n]) => `${status} x ${count(n)}`,
    );
    return [lane, answers.join(', ')];
  });
  const { settled, replayed, elapsedMs, sentAgain, lostConnections } = report;
  const perSecond = count(Math.round((settled * 1_000) / elapsedMs));
  return [
    align([['lane', 'answers'], ...rows], []),
    `  ${count(settled)} operations in ${(elapsedMs / 1_000).toFixed(1)} s: ${perSecond} a second. ` +
      `Sent twice and replayed: ${count(replayed)}. Sent again: ${count(sentAgain)}. ` +
      `Connections lost: ${count(lostConnections)}.\n`,
  ].join('\n');
}

/** The check, a line for each figure. @param source where the expected figures come from */
export function formatCheck(rows: readonly CheckRow[], source = 'the file says'): string {
  const cells = rows.map(({ what, expected, found, ok }) => [
    ok ? '✓' : '✗',
    what,
    expected,
    found,
  ]);
  return align([['', 'in MongoDB', source, 'found'], ...cells], [2, 3]);
}

/** Three requests to copy into a shell. @param storedId `_id` of an order that is there */
export function formatCurls(url: string, storedId: string): string {
  const orders = `${url}/v1/db/${DEMO_DATABASE}/${DEMO_COLLECTION}`;
  const insert = (tier: string, idempotencyKey: string, total: string): string =>
    `  curl -i ${orders} -H 'content-type: application/json' \\\n` +
    `    -H 'x-consistency: ${tier}' -H 'idempotency-key: ${idempotencyKey}' \\\n` +
    `    -d '{"customer":"99999","placedAt":"1998-07-01T00:00:00Z","cds":1,"total":"${total}"}'\n`;
  return [
    'An insert that is answered once MongoDB has it for good (send it twice and see):',
    insert('strong', 'try-1', '19.99'),
    'An insert that is answered once Redis has it:',
    insert('eventual', 'try-2', '0.01'),
    'One of the orders, read back by its _id:',
    `  curl -i ${orders}/${storedId}\n`,
  ].join('\n');
}

/** @param rightAligned columns of numbers, counted from 0 */
function align(rows: readonly (readonly string[])[], rightAligned: readonly number[]): string {
  const width = (column: number): number =>
    Math.max(...rows.map((row) => (row[column] ?? '').length));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) =>
        rightAligned.includes(column) ? cell.padStart(width(column)) : cell.padEnd(width(column)),
      )
      .join('  ')
      .trimEnd();
  return rows.map((row) => `  ${line(row)}\n`).join('');
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}
