import { failpoint, waitFor } from '@headrace/testkit';
import { expect, test } from 'vitest';
import { countQueued } from './invariants/buffer-drained.ts';
import { expectNothingLost } from './invariants/nothing-lost.ts';
import { readDeadLetters } from './invariants/stored-exactly-once.ts';
import { expectInsertedOnce, watchInserts } from './invariants/watch-inserts.ts';
import { Load } from './load.ts';
import { ORDERS_PATH, REDIS_PREFIX, startSystem, type System } from './start-system.ts';

const WRITES = 4_000;

test('a worker stopped past its lease comes back and changes nothing', async () => {
  await using system = await startSystem();
  const { orders, client } = system;
  const gateway = await system.start('gateway');
  using load = new Load({
    ...{ writes: WRITES, urls: [gateway.url + ORDERS_PATH] },
    tiers: ['eventual'],
  });
  await load.settle();
  await using watched = await watchInserts(orders);

  // Every insert is held for a while, so that the worker is caught with some at the database.
  const held = await failpoint(client, { commands: ['insert'], blockMs: 300 });
  const stopped = await system.start('worker');
  const hasBegun = async (): Promise<boolean> => (await orders.countDocuments()) > 0;
  await waitFor(hasBegun, { what: 'the worker has begun' });
  stopped.pause();
  expect(await countQueued(system.redisClient)).toBeGreaterThanOrEqual(100);
  await held.clear();

  await system.start('worker'); // takes over when the leases have run out
  await expectNothingLost(system, load);

  stopped.resume();
  const owners = (): Promise<number> => countOwners(system);
  await waitFor(async () => (await owners()) === 2, { what: 'the stopped worker is back at work' });
  // Its end comes after everything it had in hand has been sent and answered.
  expect(await stopped.stop()).toEqual({ code: 0, signal: null });

  await expectNothingLost(system, load);
  expectInsertedOnce(await watched.seen(), WRITES);
  expect([...(await readDeadLetters(system))]).toEqual([]);
});

/** How many different workers own partitions now. */
async function countOwners({ redisClient }: System): Promise<number> {
  const leases = await redisClient.keys(`{${REDIS_PREFIX}:p*}:l`);
  return new Set(await redisClient.mget(...leases)).size;
}
