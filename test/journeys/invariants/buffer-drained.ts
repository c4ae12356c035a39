import { waitFor } from '@headrace/testkit';
import type { Redis } from 'ioredis';
import { expect } from 'vitest';
import { REDIS_PREFIX, type System } from '../start-system.ts';

/** Writes that wait in Redis, over all partitions and tenants. */
export async function countQueued(redis: Redis): Promise<number> {
  let queued = 0;
  for (const stream of await redis.keys(`{${REDIS_PREFIX}:p*}:s:*`)) {
    queued += await redis.xlen(stream);
  }
  return queued;
}

/**
 * Waits until nothing is queued any more, then makes sure that nothing of it stays: no bytes are
 * counted as queued, and every claim has its final state and runs out by itself.
 */
export async function expectBufferDrained({ redisClient: redis }: System): Promise<void> {
  const what = 'everything queued has left Redis';
  await waitFor(async () => (await countQueued(redis)) === 0, { what, deadlineMs: 45_000 });
  expect(await redis.keys(`{${REDIS_PREFIX}:p*}:n`), 'bytes counted as queued').toEqual([]);
  for (const claim of await redis.keys(`{${REDIS_PREFIX}:p*}:c:*`)) {
    expect(await redis.pttl(claim), `${claim} runs out`).toBeGreaterThan(0);
  }
}
