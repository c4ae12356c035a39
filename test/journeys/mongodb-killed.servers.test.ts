import { expect, test } from 'vitest';
import { expectNothingLost } from './invariants/nothing-lost.ts';
import { readDeadLetters } from './invariants/stored-exactly-once.ts';
import { Load } from './load.ts';
import { ORDERS_PATH, startSystem } from './start-system.ts';

test('MongoDB killed with writes in flight loses and doubles none, and makes no dead letter', async () => {
  await using system = await startSystem();
  const [gateway] = await Promise.all([system.start('gateway'), system.start('worker')]);
  using load = new Load({ writes: 2_400, urls: [gateway.url + ORDERS_PATH] });
  const pass = load.sendOpen();
  await load.isUnderWay(600);
  expect(await system.mongodb.kill()).toMatchObject({ signal: 'SIGKILL' });
  await system.mongodb.restart();
  await pass;
  await expectNothingLost(system, load);
  expect([...(await readDeadLetters(system))]).toEqual([]);
});
