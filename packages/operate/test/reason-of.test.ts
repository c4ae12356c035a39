import { expect, test } from 'vitest';
import { reasonOf } from '../src/doctor/bounded-check.ts';

test('what errors around each other repeat is said once', () => {
  const socket = () => new Error('connect ECONNREFUSED 127.0.0.1:1');
  expect(reasonOf(new Error(socket().message, { cause: socket() }))).toBe(socket().message);
});

test('an error that says something else than its cause is told before it', () => {
  expect(reasonOf(new Error('no server', { cause: new Error('refused') }))).toBe(
    'no server: refused',
  );
});
