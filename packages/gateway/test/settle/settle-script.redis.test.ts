import { noMetrics, silentLog } from '@headrace/base';
import { testRedis } from '@headrace/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BufferKeys, type PartitionKeys } from '../../src/append/buffer-keys-port.ts';
import { readClaim } from '../../src/append/claim-port.ts';
import type { RedisClient } from '../../src/append/redis-client.ts';
import type { Release } from '../../src/apply/releases-port.ts';
import { Releases } from '../../src/settle/releases.ts';
import type { TakenEntry } from '../../src/take/entry-port.ts';
import { append, appenderOf, bareWrite, freshNames, lookInto } from '../append/lane-under-test.ts';

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

interface Queued {
  readonly partition: PartitionKeys;
  readonly releases: readonly Release[];
}

async function queued(count: number): Promise<Queued> {
  const names = freshNames(1);
  const appender = await appenderOf(server.uri, names);
  const writes = Array.from({ length: count }, (_, n) => bareWrite({ n }, { keyed: n > 0 }));
  for (const write of writes) await append(appender, write);
  await appender.stop();
  const partition = new BufferKeys(names.prefix, 1).partitions[0] as PartitionKeys;
  await redis.command('SET', partition.lease, 'owner');
  const stream = partition.stream('default');
  const rows = (await redis.command('XRANGE', stream, '-', '+')) as [Buffer, [Buffer, Buffer]][];
  const releases = rows.map(([id, [, frame]], n): Release => {
    const { writeId, fingerprint, keyed } = writes[n] as (typeof writes)[0];
    const entry = { tenant: 'default', id, frame, suspect: false };
    return { entry, writeId, fingerprint, keyed, state: n === 1 ? 'd' : 'a' };
  });
  return { partition, releases };
}

function releasesOf(
  partition: PartitionKeys,
  token: string,
): Releases & { readonly told: string[] } {
  const told: string[] = [];
  const settled = noMetrics.counter({ name: 'settled', help: '', labels: [] });
  const reader = {
    released: (entry: TakenEntry) => told.push(String(entry.id)),
    left: () => told.push('left'),
    fenced: () => told.push('fenced'),
    confirmOwned: () => Promise.resolve(true),
  };
  const releases = new Releases({ redis, log: silentLog, partition, token, reader, settled });
  return Object.assign(releases, { told });
}

describe('settling', () => {
  it('begins the count of owners anew: this one gets on', async () => {
    const { partition, releases } = await queued(1);
    await redis.command('SET', partition.owners, '5');
    const settling = releasesOf(partition, 'owner');
    for (const release of releases) settling.release(release);
    await settling.idle();
    expect(String(await redis.command('GET', partition.owners))).toBe('1');
  });

  it('deletes the entry, keeps state and fingerprint for a while, counts the bytes down', async () => {
    const { partition, releases } = await queued(3);
    const settling = releasesOf(partition, 'owner');
    for (const release of releases.slice(0, 2)) settling.release(release);
    await settling.idle();
    expect(await redis.command('XLEN', partition.stream('default'))).toBe(1);
    const left = Number(await redis.command('HGET', partition.queued, 'default'));
    expect(left).toBe(releases[2]?.entry.frame.length);
    const kept = await Promise.all(
      releases.slice(0, 2).map(async ({ writeId }) => {
        const claim = readClaim((await redis.command('GET', partition.claim(writeId))) as Buffer);
        const keptMs = (await redis.command('PTTL', partition.claim(writeId))) as number;
        return { claim, keptMs };
      }),
    );
    expect(kept.map(({ claim }) => claim.state)).toEqual(['a', 'd']);
    expect(kept[0]?.claim.fingerprint.equals(releases[0]?.fingerprint as Buffer)).toBe(true);
    expect(kept[0]?.claim.tenant).toBe('default');
    expect(kept[0]?.keptMs).toBeGreaterThan(50_000);
    expect(kept[0]?.keptMs).toBeLessThanOrEqual(60_000);
    expect(kept[1]?.keptMs).toBeGreaterThan(890_000);
    expect(await redis.command('PTTL', partition.claim(releases[2]?.writeId ?? ''))).toBe(-1);
  });

  it('forgets a tenant with nothing queued, and is harmless twice', async () => {
    const { partition, releases } = await queued(2);
    for (let time = 0; time < 2; time += 1) {
      const settling = releasesOf(partition, 'owner');
      for (const release of releases) settling.release(release);
      await settling.idle();
      expect(settling.told).toHaveLength(2);
      expect(await redis.command('EXISTS', partition.queued)).toBe(0);
    }
  });

  it('is refused to everybody but the owner, and then changes nothing', async () => {
    const { partition, releases } = await queued(2);
    const settling = releasesOf(partition, 'somebody else');
    for (const release of releases) settling.release(release);
    await settling.idle();
    expect(settling.told).toEqual(['fenced']);
    expect(await redis.command('XLEN', partition.stream('default'))).toBe(2);
    expect(await redis.command('PTTL', partition.claim(releases[0]?.writeId ?? ''))).toBe(-1);
  });
});
