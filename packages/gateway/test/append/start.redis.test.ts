import { testRedis, waitFor } from '@headrace/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appenderOf, freshNames } from './lane-under-test.ts';

let server: Awaited<ReturnType<typeof testRedis>>;
beforeAll(async () => {
  server = await testRedis({ appendfsync: 'always' });
});
afterAll(() => server[Symbol.asyncDispose]());

describe('the start of the buffered lane', () => {
  it('refuses another number of partitions than Redis holds', async () => {
    const names = freshNames(4);
    await (await appenderOf(server.uri, names)).stop();
    const other = appenderOf(server.uri, { ...names, partitions: 8 });
    await expect(other).rejects.toMatchObject({
      code: 'partitions-differ',
      details: { stored: '4', configured: '8' },
    });
  });

  it('reads from Redis what a receipt may say', async () => {
    const appender = await appenderOf(server.uri, freshNames(), { redis: { declaredFsync: 'no' } });
    expect(appender.durability()).toEqual({ fsync: 'always', mayLoseOnFailover: false });
    await appender.stop();
  });

  it('refuses a Redis that may evict what is queued', async () => {
    await using evicting = await testRedis({ extraArgs: ['--maxmemory-policy', 'allkeys-lru'] });
    const started = appenderOf(evicting.uri, freshNames());
    await expect(started).rejects.toMatchObject({ code: 'eviction-allowed' });
  });

  it('says no where nothing is written to disk, and the declared policy where CONFIG is forbidden', async () => {
    await using forgetful = await testRedis({ appendonly: false });
    const appender = await appenderOf(forgetful.uri, freshNames());
    expect(appender.durability().fsync).toBe('no');
    await appender.stop();
    await using closed = await testRedis({ extraArgs: ['--rename-command', 'CONFIG', ''] });
    const trusting = await appenderOf(closed.uri, freshNames(), {
      redis: { declaredFsync: 'everysec' },
    });
    expect(trusting.durability().fsync).toBe('everysec');
    await trusting.stop();
    const unsure = await appenderOf(closed.uri, freshNames());
    expect(unsure.durability().fsync).toBe('unknown');
    await unsure.stop();
  });

  it('says that a fail-over may lose writes as soon as there is a replica', async () => {
    await using replica = await testRedis({
      extraArgs: ['--replicaof', `127.0.0.1 ${server.port}`],
    });
    expect(replica.port).not.toBe(server.port);
    const seen = async (): Promise<boolean> => {
      const appender = await appenderOf(server.uri, freshNames());
      const { mayLoseOnFailover } = appender.durability();
      await appender.stop();
      return mayLoseOnFailover;
    };
    await waitFor(seen, { what: 'the replica is seen' });
  });
});
