import { expect, test } from 'vitest';
import { RunningKeys } from '../../src/gather/running-keys.ts';
import { someWrite } from './some-write.ts';

const keyed = { keyed: true, writeId: 'k1' } as const;

test('the same idempotency key under way: 409 for the same content, 422 for other', () => {
  const running = new RunningKeys();
  const write = someWrite(keyed);
  expect(running.clash(write)).toBeUndefined();
  running.add(write);
  expect(running.clash(someWrite(keyed))).toMatchObject({
    code: 'idempotency-key-running',
    status: 409,
  });
  const other = someWrite({ ...keyed, fingerprint: Buffer.alloc(32, 1) });
  expect(running.clash(other)).toMatchObject({ code: 'key-reused', status: 422 });
  expect(running.clash(someWrite({ ...keyed, tier: 'balanced' }))).toBeDefined();
  running.remove(write);
  expect(running.clash(other)).toBeUndefined();
});

test('keyless writes and buffered ones are not tracked', () => {
  const running = new RunningKeys();
  running.add(someWrite({ ...keyed, tier: 'eventual' }));
  running.add(someWrite({ writeId: 'k1' }));
  expect(running.clash(someWrite(keyed))).toBeUndefined();
  running.add(someWrite(keyed));
  expect(running.clash(someWrite({ ...keyed, tier: 'eventual' }))).toBeUndefined();
});
