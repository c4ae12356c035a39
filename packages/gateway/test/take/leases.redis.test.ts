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

const owned = { careful: false };

function freshPartition(): PartitionKeys {
  return new BufferKeys(freshNames().prefix, 1).partitions[0] as PartitionKeys;
}

describe('a lease in Redis', () => {
  it('has one owner, who keeps it when it asks again', async () => {
    const partition = freshPartition();
    const [mine, other] = [new Leases(redis, 'mine', 10_000), new Leases(redis, 'other', 10_000)];
    expect(await mine.take(partition)).toEqual(owned);
    expect(await other.take(partition)).toBeUndefined();
    expect(await mine.take(partition)).toEqual(owned);
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
    expect(await other.take(partition)).toEqual(owned);
  });

  it('that ran out can not be prolonged, only taken anew', async () => {
    const partition = freshPartition();
    const mine = new Leases(redis, 'mine', 50);
    await mine.take(partition);
    const isGone = async (): Promise<boolean> =>
      (await redis.command('EXISTS', partition.lease)) === 0;
    await waitFor(isGone, { what: 'the lease ran out' });
    expect(await mine.renew(partition)).toBe(false);
    expect(await mine.take(partition)).toEqual(owned);
  });

  it('tells the third owner to be careful, unless one before it gave the partition back', async () => {
    const partition = freshPartition();
    const takeAsAnother = async (name: string): Promise<unknown> => {
      await redis.command('DEL', partition.lease);
      return await new Leases(redis, name, 10_000).take(partition);
    };
    expect(await takeAsAnother('first')).toEqual(owned);
    expect(await takeAsAnother('second')).toEqual(owned);
    expect(await takeAsAnother('third')).toEqual({ careful: true });
    await new Leases(redis, 'third', 10_000).giveBack(partition);
    expect(await takeAsAnother('fourth')).toEqual(owned);
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
