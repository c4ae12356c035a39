import { waitFor } from '@headrace/testkit';
import { expect, test } from 'vitest';
import { answered, HttpCaller, type Answer } from './http-caller.ts';
import { countQueued } from './invariants/buffer-drained.ts';
import { expectNothingLost } from './invariants/nothing-lost.ts';
import { Load } from './load.ts';
import { ORDERS_PATH, startSystem } from './start-system.ts';

const MIB = 1_048_576;
const TEXT = 'x'.repeat(8_192);

test('a full Redis refuses eventual alone, and drains as soon as a worker comes', async () => {
  await using system = await startSystem({ redis: { maxmemoryBytes: 6 * MIB } });
  const gateway = await system.start('gateway');
  const url = gateway.url + ORDERS_PATH;
  // Twice of what fits: the first pass fills Redis and leaves the rest refused.
  using load = new Load({
    ...{ writes: 1_200, urls: [url], callers: 32 },
    tiers: ['eventual'],
    more: () => ({ text: TEXT }),
  });
  expect(await load.sendOpen()).toBe(false);
  const queued = await countQueued(system.redisClient);
  expect(queued).toBe(load.acknowledged);
  expect(queued).toBeGreaterThan(100);

  using caller = new HttpCaller();
  const send = async (tier: 'eventual' | 'strong', n: number): Promise<Answer> =>
    answered(await caller.insert(url, { other: n, text: TEXT }, { tier }));
  const refused = await send('eventual', 1);
  expect(refused).toMatchObject({ status: 503, body: { code: 'buffer-full', retryable: true } });
  expect(Number(refused.headers['retry-after'])).toBeGreaterThanOrEqual(1);
  expect(await send('strong', 2)).toMatchObject({ status: 201, body: { state: 'applied' } });

  await system.start('worker');
  const isAccepted = async (): Promise<boolean> => (await send('eventual', 3)).status === 202;
  await waitFor(isAccepted, { what: 'eventual is accepted again' });
  await expectNothingLost(system, load);
  const others = await system.orders.find({ other: { $exists: true } }).toArray();
  expect(others.map((document) => Number(document['other'])).sort()).toEqual([2, 3]);
});
