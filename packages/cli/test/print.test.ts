import { HeadraceError } from '@headrace/base';
import { expect, test } from 'vitest';
import { deadLetterTable } from '../src/verbs/dead-letter-table.ts';
import { printError } from '../src/print/print-error.ts';

function printed(error: unknown, environment: Record<string, string> = {}) {
  const notes: string[] = [];
  const code = printError(error, {
    say: () => undefined,
    note: (line) => notes.push(line),
    environment,
  });
  return { code, notes };
}

const row = { text: 'It broke.', retry: 'never', status: 500 } as const;

test('a known error is its code and text, and why', () => {
  const cause = new AggregateError([
    new Error('first'),
    new Error('second', { cause: new Error('deep') }),
  ]);
  expect(printed(new HeadraceError('broken', row, {}, cause))).toEqual({
    code: 1,
    notes: [
      'headrace: broken: It broke.',
      '  because: first',
      '  because: second',
      '  because: deep',
    ],
  });
});

test('an unexpected error says how to see more, and the stack is shown only then', () => {
  const error = new RangeError('odd');
  expect(printed(error)).toEqual({
    code: 1,
    notes: ['headrace: unexpected error: odd', '  HEADRACE_DEBUG=1 shows where it came from.'],
  });
  expect(printed(error, { HEADRACE_DEBUG: '1' }).notes[1]).toContain('    at ');
});

test('a password in a message is not shown', () => {
  const { notes } = printed(new Error('Invalid connection string "mongodb://me:hunter2@h/"'));
  expect(notes[0]).toContain('mongodb://me:***@h/');
});

test('dead letters stand in aligned columns', () => {
  const at = new Date('2026-11-22T12:00:00Z');
  const letter = {
    ...{ tenant: 'default', namespace: 'shop.orders', op: 'insert' as const, writeId: 'a' },
    ...{ attempts: 1, at },
    reason: { code: 'document-refused', detail: 'total\nis missing' },
  };
  const table = deadLetterTable([
    { ...letter, id: 'a' },
    { ...letter, id: 'bcd', namespace: 'shop.o', op: 'replace' as const, attempts: 12 },
  ]);
  expect(table.split('\n')).toEqual([
    'ID   TENANT   NAMESPACE    OP       ATTEMPTS  AT                        REASON',
    'a    default  shop.orders  insert   1         2026-11-22T12:00:00.000Z  document-refused: total is missing',
    'bcd  default  shop.o       replace  12        2026-11-22T12:00:00.000Z  document-refused: total is missing',
  ]);
  expect(deadLetterTable([])).toBe('no dead letters');
});
