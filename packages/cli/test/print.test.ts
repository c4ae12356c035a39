import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
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

test('why is said once', () => {
  const refused = () => new Error('connect ECONNREFUSED 127.0.0.1:1');
  const cause = new Error('no server', { cause: new Error('no server', { cause: refused() }) });
  const error = new HeadraceError('broken', { ...row, text: 'It broke: {reason}.' }, {}, cause);
  expect(printed(error).notes.slice(1)).toEqual([
    '  because: no server',
    '  because: connect ECONNREFUSED 127.0.0.1:1',
  ]);
  const told = { reason: refused().message };
  const same = new HeadraceError(
    'broken',
    { ...row, text: 'It broke: {reason}.' },
    told,
    refused(),
  );
  expect(printed(same).notes).toHaveLength(1);
});

test('an address that is taken is named, with the settings that say it', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  const [error] = (await once(createServer().listen(port, '127.0.0.1'), 'error')) as [Error];
  taken.close();
  const { code, notes } = printed(error);
  expect(code).toBe(1);
  expect(notes).toEqual([expect.stringContaining(`listens on 127.0.0.1:${port}. Stop it, or set`)]);
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
