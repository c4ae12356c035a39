import { expect, test } from 'vitest';
import { expectCleanEnd, expectNoLeases } from './invariants/clean-end.ts';
import { expectNothingLost } from './invariants/nothing-lost.ts';
import { Load } from './load.ts';
import { ORDERS_PATH, startSystem } from './start-system.ts';

test('a gateway told to stop under load answers all it has taken and leaves nothing behind', async () => {
  await using system = await startSystem();
  const [gateway] = await Promise.all([system.start('gateway'), system.start('worker')]);
  using load = new Load({ writes: 2_400, urls: [gateway.url + ORDERS_PATH] });
  const pass = load.sendOpen();
  await load.isUnderWay(600);
  await expectCleanEnd(system, gateway);
  await pass;
  expect(load.unanswered).toBe(0);
  expect(load.writes.every(({ state }) => state === 'open' || state === 'acknowledged')).toBe(true);
  await gateway.restart();
  await expectNothingLost(system, load);
});

test('a worker told to stop under load finishes what it has sent and hands the rest over', async () => {
  await using system = await startSystem();
  const [gateway, worker] = await Promise.all([system.start('gateway'), system.start('worker')]);
  using load = new Load({ writes: 2_400, urls: [gateway.url + ORDERS_PATH] });
  const pass = load.sendOpen();
  await load.isUnderWay(600);
  await expectCleanEnd(system, worker);
  await expectNoLeases(system);
  await pass;
  expect(load.unanswered).toBe(0);
  await worker.restart();
  await expectNothingLost(system, load);
});
