import { expect, test } from 'vitest';
import { answered, HttpCaller, type Answer } from './http-caller.ts';
import { expectBufferDrained } from './invariants/buffer-drained.ts';
import { readDeadLetters } from './invariants/stored-exactly-once.ts';
import { expectInsertedOnce, watchInserts } from './invariants/watch-inserts.ts';
import { ORDERS_PATH, startSystem } from './start-system.ts';

const CONFIRMED = { state: 'applied', lane: 'direct', guaranteed: { w: 'majority' } };

test('a queued write asked for again at strong is confirmed, before and after it was applied', async () => {
  await using system = await startSystem();
  const gateway = await system.start('gateway');
  const url = gateway.url + ORDERS_PATH;
  using caller = new HttpCaller();
  await using watched = await watchInserts(system.orders);
  const send = async (n: number, tier: 'eventual' | 'strong'): Promise<Answer> =>
    answered(await caller.insert(url, { n }, { tier, idempotencyKey: `order-${n}` }));

  // No worker yet: the strong one overtakes what is queued and stores it first.
  const queued = await Promise.all([send(0, 'eventual'), send(1, 'eventual')]);
  expect(queued.map(({ status }) => status)).toEqual([202, 202]);
  const before = await send(0, 'strong');
  expect(before).toMatchObject({ status: 201, body: { ...CONFIRMED, replayed: false } });
  expect(await system.orders.countDocuments()).toBe(1);

  await system.start('worker');
  await expectBufferDrained(system);
  const after = await Promise.all([send(0, 'strong'), send(1, 'strong')]);
  for (const answer of after) {
    expect(answer).toMatchObject({ status: 201, body: { ...CONFIRMED, replayed: true } });
    expect(answer.headers['idempotency-replayed']).toBe('true');
  }
  expect(after.map(({ body }) => body['id'])).toEqual(queued.map(({ body }) => body['id']));
  expectInsertedOnce(await watched.seen(), 2);
  expect([...(await readDeadLetters(system))]).toEqual([]);
});
