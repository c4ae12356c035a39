import { waitFor } from '@headrace/testkit';
import { expect, test } from 'vitest';
import { countQueued } from './invariants/buffer-drained.ts';
import { expectFirstStored } from './invariants/document-order.ts';
import { expectNothingLost } from './invariants/nothing-lost.ts';
import { readDeadLetters } from './invariants/stored-exactly-once.ts';
import { Load } from './load.ts';
import { ORDERS_PATH, startSystem } from './start-system.ts';

const WRITES = 1_200;

test('a worker killed with writes in flight loses and doubles none', async () => {
  await using system = await startSystem();
  const [gateway, worker] = await Promise.all([system.start('gateway'), system.start('worker')]);
  using load = new Load({ writes: 2_400, urls: [gateway.url + ORDERS_PATH] });
  const pass = load.sendOpen();
  await load.isUnderWay(600);
  await worker.kill();
  await pass;
  await worker.restart();
  await expectNothingLost(system, load);
});

test('a worker killed while it drains leaves the order of each document as it was', async () => {
  await using system = await startSystem();
  const { orders, redisClient } = system;
  const gateway = await system.start('gateway');
  const urls = [gateway.url + ORDERS_PATH];
  // The second half names the same documents again, with other content: it comes too late.
  const idOf = (n: number): string => `order-${String(n % WRITES).padStart(4, '0')}`;
  const more = (n: number): object => ({ _id: idOf(n) });
  using first = new Load({ ...{ writes: WRITES, urls, more }, tiers: ['eventual'] });
  await first.settle();
  using second = new Load({
    ...{ writes: WRITES, urls, name: 'late', tiers: ['eventual'] },
    more: (n) => ({ ...more(n), n: n + WRITES }),
  });
  await second.settle();

  const worker = await system.start('worker');
  const isDraining = async (): Promise<boolean> => (await orders.countDocuments()) > 0;
  await waitFor(isDraining, { what: 'the worker has begun' });
  await worker.kill();
  expect(await countQueued(redisClient)).toBeGreaterThanOrEqual(100);
  await worker.restart();

  await expectNothingLost(system, first);
  const firsts = first.writes.map(({ n }) => ({ _id: idOf(n), n }));
  await expectFirstStored(orders, firsts);
  const late = second.writes.map(({ answer }) => String(answer['writeId']));
  expect([...(await readDeadLetters(system))].sort()).toEqual(late.sort());
});
