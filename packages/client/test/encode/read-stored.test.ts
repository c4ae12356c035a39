import { expect, test } from 'vitest';
import { readStored } from '../../src/encode/read-stored.ts';

test('dates and numbers become plain, other types stay as they are told', () => {
  const kept = {
    decimal: { $numberDecimal: '19.99' },
    long: { $numberLong: '9007199254740993' },
    odd: { $date: 'never', $more: 1 },
    unread: { $date: 'never' },
  };
  const text = JSON.stringify({
    ...kept,
    at: { $date: '2026-11-22T10:00:00.5Z' },
    old: [{ $date: { $numberLong: '-1' } }],
    nan: { $numberDouble: 'NaN' },
    n: 1.5,
  });
  expect(readStored(text)).toEqual({
    ...kept,
    at: new Date('2026-11-22T10:00:00.500Z'),
    old: [new Date(-1)],
    nan: NaN,
    n: 1.5,
  });
});
