import { silentLog } from '@headrace/base';
import { testRedis } from '@headrace/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BufferKeys, type PartitionKeys } from '../../src/append/buffer-keys-port.ts';
import type { RedisClient } from '../../src/append/redis-client.ts';
import { LoneTries } from '../../src/apply/lone-tries.ts';
import type { TakenEntry } from '../../src/take/entry-port.ts';
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

const [entry, another] = ['1-1', '1-2'].map((id): TakenEntry => {
  return { tenant: 'default', id: Buffer.from(id), frame: Buffer.alloc(0), suspect: true };
}) as [TakenEntry, TakenEntry];

function freshPartition(): PartitionKeys {
  return new BufferKeys(freshNames().prefix, 1).partitions[0] as PartitionKeys;
}

async function ownedBy(partition: PartitionKeys, token: string): Promise<LoneTries> {
  await redis.command('SET', partition.lease, token);
  return new LoneTries({ redis, log: silentLog, partition, token });
}

const always = (): boolean => true;

describe('the note on an entry that is run alone', () => {
  it('counts owners, not runs: one that comes back has not died', async () => {
    const partition = freshPartition();
    const first = await ownedBy(partition, 'first');
    expect(await first.note(entry, always)).toBe(1);
    expect(await first.note(entry, always)).toBe(1);
    const second = await ownedBy(partition, 'second');
    expect(await second.note(entry, always)).toBe(2);
    expect(await second.note(another, always)).toBe(1);
  });

  it('is gone once the entry has a verdict, and else after an hour', async () => {
    const partition = freshPartition();
    const tries = await ownedBy(partition, 'first');
    await tries.note(entry, always);
    expect(await redis.command('PTTL', partition.loneTries)).toBeGreaterThan(3_500_000);
    await tries.forget(entry);
    expect(await redis.command('EXISTS', partition.loneTries)).toBe(0);
  });

  it('is refused to everybody but the owner, who then may not run it', async () => {
    const partition = freshPartition();
    const former = await ownedBy(partition, 'former');
    await ownedBy(partition, 'present');
    expect(await former.note(entry, always)).toBeUndefined();
    expect(await redis.command('EXISTS', partition.loneTries)).toBe(0);
  });
});
