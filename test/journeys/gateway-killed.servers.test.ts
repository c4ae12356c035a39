import { expect, test } from 'vitest';
import { replay } from '../../examples/cdnow/src/replay.ts';
import { expectBufferDrained } from './invariants/buffer-drained.ts';
import { expectNothingLost } from './invariants/nothing-lost.ts';
import { Load } from './load.ts';
import { expectTotals, firstOrders, LINES } from './real-orders.ts';
import { ORDERS_PATH, startSystem } from './start-system.ts';

test.for(['up', 'gateway'] as const)(
  'a replay over `headrace %s` killed half-way and started again ends with the same totals',
  async (verb) => {
    await using system = await startSystem();
    const gateway = await system.start(verb);
    if (verb === 'gateway') await system.start('worker');
    let killed: Promise<void> | undefined;
    const report = await replay({
      url: gateway.url,
      orders: await firstOrders(),
      onProgress: (acknowledged) => {
        if (acknowledged >= LINES / 2) killed ??= gateway.kill().then(() => gateway.restart());
      },
    });
    await killed;
    expect(report.acknowledged).toBe(LINES);
    expect(report.lostConnections).toBeGreaterThan(0);
    await expectBufferDrained(system);
    await expectTotals(system);
  },
);

test('a gateway killed with writes of all tiers in flight loses and doubles none', async () => {
  await using system = await startSystem();
  const [gateway] = await Promise.all([system.start('gateway'), system.start('worker')]);
  using load = new Load({ writes: 2_400, urls: [gateway.url + ORDERS_PATH] });
  const pass = load.sendOpen();
  await load.isUnderWay(600);
  await gateway.kill();
  await pass;
  expect(load.unanswered).toBeGreaterThanOrEqual(100);
  await gateway.restart();
  await expectNothingLost(system, load);
});
