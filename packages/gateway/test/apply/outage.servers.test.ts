import { testMongo, testRedis, testServers, waitFor } from '@headrace/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { append, bareWrite, outcome } from '../append/lane-under-test.ts';
import { wholeLane } from './worker-under-test.ts';

describe('an outage of MongoDB', () => {
  it('makes no dead letters: everything is applied once it is back', async () => {
    await using servers = await testServers();
    await using lane = await wholeLane(servers);
    await lane.openWorker();
    await lane.queue({ n: 0 });
    await lane.drained();
    await servers.mongodb.kill('SIGKILL');
    const documents = Array.from({ length: 50 }, (_, n) => ({ n: n + 1 }));
    await lane.queue(...documents);
    await servers.mongodb.restart();
    await lane.drained();
    expect(await lane.orders.countDocuments()).toBe(51);
    expect(await lane.deadLetters.countDocuments()).toBe(0);
  });
});

describe('a restart of Redis', () => {
  it('loses nothing that was acknowledged under fsync always', async () => {
    await using mongodb = await testMongo();
    await using redis = await testRedis({ appendfsync: 'always' });
    await using lane = await wholeLane({
      ...{ mongodb, redis },
      [Symbol.asyncDispose]: () => Promise.resolve(),
    });
    await lane.openWorker();
    const documents = Array.from({ length: 300 }, (_, n) => ({ n }));
    const queued = documents.map(async (fields) => await append(lane.appender, lane.write(fields)));
    const states = (await Promise.all(queued)).map(outcome);
    await redis.kill('SIGKILL');
    await redis.restart();
    await waitFor(() => lane.redis.connected, { what: 'Redis is back' });
    await lane.drained();
    expect(await lane.orders.countDocuments()).toBe(
      states.filter((state) => state === 'queued').length,
    );
  });
});

describe('a full Redis', () => {
  let servers: Awaited<ReturnType<typeof testServers>>;
  beforeAll(async () => {
    servers = await testServers({ redis: { maxmemoryBytes: 6_000_000 } });
  });
  afterAll(() => servers[Symbol.asyncDispose]());

  it('refuses appends, still drains, and takes appends again', async () => {
    await using lane = await wholeLane(servers);
    const pad = 'x'.repeat(4_000);
    let queued = 0;
    let refusal = '';
    while (refusal === '' && queued < 5_000) {
      const answer = outcome(await append(lane.appender, lane.write({ n: queued, pad })));
      if (answer === 'queued') queued += 1;
      else refusal = answer;
    }
    expect(refusal).toBe('not-written: buffer-full');
    // Not a byte is left, so leases and settling must do without.
    const used = /used_memory:(\d+)/.exec(String(await lane.redis.command('INFO', 'memory')))?.[1];
    await lane.redis.command('CONFIG', 'SET', 'maxmemory', String(Number(used) - 500_000));
    expect(outcome(await append(lane.appender, bareWrite()))).toBe('not-written: buffer-full');
    await lane.openWorker();
    await lane.drained();
    expect(await lane.orders.countDocuments()).toBe(queued);
    const isTaken = async (): Promise<boolean> =>
      outcome(await append(lane.appender, lane.write({ n: -1 }))) === 'queued';
    await waitFor(isTaken, { what: 'appends are taken again' });
  });
});
