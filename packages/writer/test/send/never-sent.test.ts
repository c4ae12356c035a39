import { MongoError, MongoNetworkError, MongoServerError } from 'mongodb';
import { expect, test } from 'vitest';
import { isCertainlyUnsent } from '../../src/send/never-sent.ts';

function named(name: string): MongoError {
  return Object.defineProperty(new MongoError('x'), 'name', { value: name });
}

test('no try at all: certain, whatever the error', () => {
  expect(isCertainlyUnsent(new TypeError('x'), 0)).toBe(true);
});

test('no connection was to be had on the first try: certain; on a later one not', () => {
  for (const name of ['MongoWaitQueueTimeoutError', 'MongoPoolClearedError']) {
    expect([1, 2, undefined].map((tries) => isCertainlyUnsent(named(name), tries))).toEqual([
      true,
      false,
      false,
    ]);
  }
});

test('no server was found: not certain once there was a try before, or may have been', () => {
  const cause = named('MongoServerSelectionError');
  expect(isCertainlyUnsent(cause, undefined)).toBe(false);
  expect(isCertainlyUnsent(cause, 1)).toBe(false);
});

test('the server says that it wrote nothing', () => {
  const cause = new MongoServerError({ message: 'x', errorLabels: ['NoWritesPerformed'] });
  expect(isCertainlyUnsent(cause, 2)).toBe(true);
  expect(isCertainlyUnsent(cause, undefined)).toBe(true);
});

test('everything else may have been sent', () => {
  const causes = [
    new MongoNetworkError('x'),
    new MongoServerError({ message: 'x', code: 189 }),
    new TypeError('x'),
    named('MongoPoolClearedOnNetworkError'),
    'text',
  ];
  expect(causes.map((cause) => isCertainlyUnsent(cause, 1))).toEqual(causes.map(() => false));
});
