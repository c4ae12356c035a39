import { expect, it } from 'vitest';
import { formatCheck, formatCurls, formatReplay } from '../src/format-summary.ts';

it('lines up what the replay did, and says where the answers do not tell', () => {
  const text = formatReplay({
    ways: {
      strong: { acknowledged: 23_220, replayed: 1, statuses: { 201: 23_220, 503: 7 } },
      eventual: { acknowledged: 23_220, replayed: 0, statuses: { 202: 23_220 } },
      balanced: { acknowledged: 23_219, replayed: undefined, statuses: { 200: 12 } },
    },
    acknowledged: 69_659,
    sentAgain: 7,
    lostConnections: 0,
    elapsedMs: 10_000,
  });
  expect(text.split('\n')).toEqual([
    '  tier      sent by  lane      orders  replayed  answers',
    '  strong    POST     direct    23,220         1  201 x 23,220, 503 x 7',
    '  eventual  POST     buffered  23,220         0  202 x 23,220',
    '  balanced  _bulk    direct    23,219  not told  200 x 12',
    '',
    '  69,659 orders in 10.0 s: 6,966 a second. Sent again: 7. Connections lost: 0.',
    '',
  ]);
});

it('marks the figures that do not match', () => {
  const rows = [
    { what: 'orders', expected: '69,659', found: '69,659', ok: true },
    { what: 'dollars', expected: '2,500,315.63', found: '2,500,315.62', ok: false },
  ];
  expect(formatCheck(rows).split('\n')).toEqual([
    '     in MongoDB  the file says         found',
    '  ✓  orders             69,659        69,659',
    '  ✗  dollars      2,500,315.63  2,500,315.62',
    '',
  ]);
});

it('gives requests that can be copied as they are', () => {
  const text = formatCurls('http://127.0.0.1:8080', '0f8b');
  expect(text).toContain('curl -i http://127.0.0.1:8080/v1/db/headrace_demo/orders/0f8b\n');
  expect(text.match(/x-consistency: \w+/g)).toEqual([
    'x-consistency: strong',
    'x-consistency: eventual',
  ]);
});
