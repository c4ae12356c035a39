import { expect, test } from 'vitest';
import { faultOfRefusal, meaningOfWriteCode } from '../../src/judge/server-codes-port.ts';

test.each([
  [121, 'never', 'no'],
  [11000, 'never', 'no'],
  [112, 'later', 'no'],
  [24, 'later', 'no'],
  [50, 'later', 'maybe'],
  [91, 'later', 'maybe'],
  [189, 'later', 'maybe'],
  [10107, 'later', 'no'],
  [11602, 'later', 'maybe'],
  [13388, 'after-refresh', 'no'],
  [225, 'same-key-only', 'maybe'],
  [987_654, 'never', 'no'],
])('code %i of one write: retry %s, stored %s', (code, retry, stored) => {
  expect(meaningOfWriteCode(code)).toEqual({ retry, stored });
});

test('a refused command is blamed on one of its documents or on itself', () => {
  const codes = [2, 9, 14, 257, 388, 10334, 17280];
  expect(codes.map(faultOfRefusal)).toEqual(codes.map(() => 'document'));
  expect([13, 18, 20, 59, 72, 73, 166].map(faultOfRefusal)).toEqual(Array(7).fill('command'));
});

test('a code that may come after some of the command was stored is no refusal', () => {
  const codes = [6, 7, 50, 64, 89, 91, 100, 112, 189, 225, 262, 10107, 11600, 11602, 987_654, NaN];
  expect(codes.map(faultOfRefusal)).toEqual(codes.map(() => undefined));
});
