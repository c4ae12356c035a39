import { expect, test } from 'vitest';
import { replay } from '../../examples/cdnow/src/replay.ts';
import { expectBufferDrained } from './invariants/buffer-drained.ts';
import { readDeadLetters } from './invariants/stored-exactly-once.ts';
import { watchInserts } from './invariants/watch-inserts.ts';
import { expectTotals, firstOrders, LINES } from './real-orders.ts';
import { startSystem } from './start-system.ts';

test('real orders by all three ways add up to the cent, and a second replay changes nothing', async () => {
  await using system = await startSystem();
  const [gateway] = await Promise.all([system.start('gateway'), system.start('worker')]);
  const orders = await firstOrders();

  const first = await replay({ url: gateway.url, orders });
  expect(first.acknowledged).toBe(LINES);
  for (const way of Object.values(first.ways)) {
    expect(way).toMatchObject({ acknowledged: LINES / 3, replayed: 0 });
  }
  await expectTotals(system);
  await expectBufferDrained(system);

  await using watched = await watchInserts(system.client.db('headrace_demo').collection('orders'));
  const second = await replay({ url: gateway.url, orders });
  for (const way of Object.values(second.ways)) {
    expect(way).toMatchObject({ acknowledged: LINES / 3, replayed: LINES / 3 });
  }
  await expectBufferDrained(system);
  expect(await watched.seen()).toEqual([]);
  await expectTotals(system);
  expect([...(await readDeadLetters(system))]).toEqual([]);
});
