import { expect, test } from 'vitest';
import { expectNothingLost } from './invariants/nothing-lost.ts';
import { Load } from './load.ts';
import { ORDERS_PATH, startSystem } from './start-system.ts';

test('Redis killed with writes in flight: its process dies, nothing acknowledged does', async () => {
  await using system = await startSystem();
  const [gateway] = await Promise.all([system.start('gateway'), system.start('worker')]);
  using load = new Load({ writes: 2_400, urls: [gateway.url + ORDERS_PATH] });
  const pass = load.sendOpen();
  await load.isUnderWay(600);
  expect(await system.redis.kill()).toMatchObject({ signal: 'SIGKILL' });
  await system.redis.restart();
  await pass;
  await expectNothingLost(system, load);
});
