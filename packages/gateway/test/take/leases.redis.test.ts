import { testRedis, waitFor } from '@headrace/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BufferKeys, type PartitionKeys } from '../../src/append/buffer-keys-port.ts';
import type { RedisClient } from '../../src/append/redis-client.ts';
import { Leases } from '../../src/take/leases.ts';
import { Presence } from '../../src/take/presence.ts';
import { freshNames, lookInto } from '../append/lane-under-test.ts';

let server: Awaited<ReturnType<typeof testRedis>>;
let redis: RedisClient;
beforeAll(async () => {
  server = await testRedis();
  redis = await lookInto(server.uri);
});
afterAll(async () => {
  redis.close();
  await server[Symbol.asyncDispose]();
});

function freshPartition(): PartitionKeys {
  return new BufferKeys(freshNames().prefix, 1).partitions[0] as PartitionKeys;
}

describe('a lease in Redis', () => {
  it('has one owner, who keeps it when it asks again', async () => {
    const partition = freshPartition();
    const [mine, other] = [new Leases(redis, 'mine', 10_000), new Leases(redis, 'other', 10_000)];
    expect(await mine.take(partition)).toBe(true);
    expect(await other.take(partition)).toBe(false);
    expect(await mine.take(partition)).toBe(true);
  });

  it('is prolonged and given back by its owner only', async () => {
    const partition = freshPartition();
    const [mine, other] = [new Leases(redis, 'mine', 10_000), new Leases(redis, 'other', 90_000)];
    await mine.take(partition);
    expect(await other.renew(partition)).toBe(false);
    expect(await redis.command('PTTL', partition.lease)).toBeLessThanOrEqual(10_000);
    await other.giveBack(partition);
    expect(await mine.renew(partition)).toBe(true);
    await mine.giveBack(partition);
    expect(await other.take(partition)).toBe(true);
  });

  it('that ran out can not be prolonged, only taken anew', async () => {
    const partition = freshPartition();
    const mine = new Leases(redis, 'mine', 50);
    await mine.take(partition);
    const isGone = async (): Promise<boolean> =>
      (await redis.command('EXISTS', partition.lease)) === 0;
    await waitFor(isGone, { what: 'the lease ran out' });
    expect(await mine.renew(partition)).toBe(false);
    expect(await mine.take(partition)).toBe(true);
  });
});

describe('the living workers', () => {
  it('are counted until their word runs out or they withdraw', async () => {
    const { workers } = new BufferKeys(freshNames().prefix, 1);
    const [first, second] = [new Presence(redis, workers, 'a'), new Presence(redis, workers, 'b')];
    expect(await first.announce(10_000)).toBe(1);
    expect(await second.announce(50)).toBe(2);
    const isAlone = async (): Promise<boolean> => (await first.announce(10_000)) === 1;
    await waitFor(isAlone, { what: 'the second one is forgotten' });
    expect(await second.announce(10_000)).toBe(2);
    await second.withdraw();
    expect(await first.announce(10_000)).toBe(1);
  });
});
