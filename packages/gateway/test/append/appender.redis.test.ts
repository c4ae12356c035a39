import { systemClock } from '@headrace/base';
import { redisProxy, testRedis, waitFor } from '@headrace/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BufferKeys, type PartitionKeys } from '../../src/append/buffer-keys-port.ts';
import type { RedisClient } from '../../src/append/redis-client.ts';
import { decodeFrame } from '../../src/append/frame-port.ts';
import {
  append,
  appenderOf,
  backlog,
  bareWrite,
  freshNames,
  lookInto,
  outcome,
} from './lane-under-test.ts';

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

describe('an append', () => {
  it('queues a new write, replays an equal one, refuses other content', async () => {
    const names = freshNames();
    const appender = await appenderOf(server.uri, names);
    const write = bareWrite({ n: 1 });
    const other = bareWrite({ n: 2 }, { writeId: write.writeId });
    expect(outcome(await append(appender, write))).toBe('queued');
    expect(outcome(await append(appender, write))).toBe('replayed');
    expect(outcome(await append(appender, other))).toBe('rejected: key-reused');
    expect(await backlog(redis, names)).toBe(1);
    await appender.stop();
  });

  it('tells writes of one write id apart within one group', async () => {
    const names = freshNames(1);
    const appender = await appenderOf(server.uri, names);
    const write = bareWrite({ n: 1 });
    const other = bareWrite({ n: 2 }, { writeId: write.writeId });
    const answers = await Promise.all([write, write, other].map((each) => append(appender, each)));
    expect(answers.map(outcome)).toEqual(['queued', 'replayed', 'rejected: key-reused']);
    expect(await backlog(redis, names)).toBe(1);
    await appender.stop();
  });

  it('keeps the order of a partition, through many groups', async () => {
    const names = freshNames(1);
    const appender = await appenderOf(server.uri, names);
    const writes = Array.from({ length: 2_000 }, (_, n) => bareWrite({ n }));
    await Promise.all(writes.map((write) => append(appender, write)));
    const [partition] = new BufferKeys(names.prefix, 1).partitions;
    const stream = partition?.stream('default') ?? '';
    const rows = (await redis.command('XRANGE', stream, '-', '+')) as [Buffer, [Buffer, Buffer]][];
    const stored = rows.map(([, [, frame]]) => decodeFrame(frame)?.writeId);
    expect(stored).toEqual(writes.map(({ writeId }) => writeId));
    await appender.stop();
  });

  it('counts the queued bytes by tenant, and keeps tenants apart', async () => {
    const names = freshNames(1);
    const appender = await appenderOf(server.uri, names);
    const mine = bareWrite({ n: 1 }, { tenant: 'blue' });
    await Promise.all([
      append(appender, mine),
      append(appender, bareWrite({ n: 2 }, { tenant: 'red' })),
    ]);
    const [partition] = new BufferKeys(names.prefix, 1).partitions;
    const bytes = await redis.command('HGET', partition?.queued ?? '', 'blue');
    expect(Number(bytes)).toBe(mine.document.length + 59 + 'shop.orders'.length);
    expect(await backlog(redis, names, 'blue')).toBe(1);
    expect(await backlog(redis, names, 'red')).toBe(1);
    await appender.stop();
  });

  it('is refused whole when the partition is full, and known writes are still replayed', async () => {
    const names = freshNames(1);
    const appender = await appenderOf(server.uri, names, { maxEntries: 2 });
    const first = bareWrite({ n: 1 });
    expect(outcome(await append(appender, first))).toBe('queued');
    const two = [bareWrite({ n: 2 }), bareWrite({ n: 3 })];
    const answers = await Promise.all(two.map((write) => append(appender, write)));
    expect(answers.map(outcome)).toEqual([
      'not-written: backlog-full',
      'not-written: backlog-full',
    ]);
    const refused = answers[0];
    if (refused?.state !== 'not-written') expect.unreachable();
    expect(refused.error).toMatchObject({ status: 503, details: { retryAfterMs: 2_000 } });
    expect(outcome(await append(appender, first))).toBe('replayed');
    expect(await backlog(redis, names)).toBe(1);
    await appender.stop();
  });

  it('is refused when the partitions were laid out anew', async () => {
    const names = freshNames(1);
    const appender = await appenderOf(server.uri, names);
    const { partitions } = new BufferKeys(names.prefix, 1);
    await redis.command('HSET', partitions[0]?.meta ?? '', 'gen', '2');
    expect(outcome(await append(appender, bareWrite()))).toBe('not-written: repartitioned');
    expect(await backlog(redis, names)).toBe(0);
    await appender.stop();
  });

  it('finds its way when Redis came back empty', async () => {
    const names = freshNames(1);
    const appender = await appenderOf(server.uri, names);
    const keys = new BufferKeys(names.prefix, 1);
    await redis.command('DEL', keys.meta, keys.partitions[0]?.meta ?? '');
    expect(outcome(await append(appender, bareWrite()))).toBe('not-written: repartitioned');
    const isQueued = async (): Promise<boolean> =>
      outcome(await append(appender, bareWrite())) === 'queued';
    await waitFor(isQueued, { what: 'appends are taken again' });
    await appender.stop();
  });

  it('survives a flushed script cache', async () => {
    const names = freshNames(1);
    const appender = await appenderOf(server.uri, names);
    await redis.command('SCRIPT', 'FLUSH');
    expect(outcome(await append(appender, bareWrite()))).toBe('queued');
    await appender.stop();
  });
});

describe('a lost answer', () => {
  it('leaves each write in the stream exactly once, in order', async () => {
    await using proxy = await redisProxy({ target: server });
    const names = freshNames(1);
    const appender = await appenderOf(proxy.url, names);
    await append(appender, bareWrite());
    const keyed = bareWrite({ n: 1 });
    const keyless = bareWrite({ n: 2 }, { keyed: false });
    proxy.cutBeforeReply(1, 'evalsha');
    const answers = await Promise.all([append(appender, keyed), append(appender, keyless)]);
    expect(answers.map(outcome)).toEqual(['replayed', 'queued']);
    expect(await backlog(redis, names)).toBe(3);
    await appender.stop();
  });

  it('lets nothing newer of the partition overtake the repeat', async () => {
    await using proxy = await redisProxy({ target: server });
    const names = freshNames(1);
    const appender = await appenderOf(proxy.url, names);
    const partition = new BufferKeys(names.prefix, 1).partitions[0] as PartitionKeys;
    const [older, newer] = [bareWrite({ n: 1 }), bareWrite({ n: 2 })];
    proxy.blackHole(true);
    const answers = [append(appender, older)];
    await new Promise(setImmediate);
    // The first try never arrives, and the repeats are refused for a while: that proves nothing.
    await redis.command('HSET', partition.meta, 'gen', '2');
    proxy.cut();
    proxy.blackHole(false);
    await waitFor(() => appender.redis.connected, { what: 'the connection is back' });
    const began = performance.now();
    await waitFor(() => performance.now() - began > 300, { what: 'the back-off has grown' });
    await redis.command('HSET', partition.meta, 'gen', '1');
    answers.push(append(appender, newer));
    expect((await Promise.all(answers)).map(outcome)).toEqual(['queued', 'queued']);
    const stream = partition.stream('default');
    const rows = (await redis.command('XRANGE', stream, '-', '+')) as [Buffer, [Buffer, Buffer]][];
    const stored = rows.map(([, [, frame]]) => decodeFrame(frame)?.writeId);
    expect(stored).toEqual([older.writeId, newer.writeId]);
    await appender.stop();
  });

  it('is unknown when Redis stays away until the deadline', async () => {
    await using proxy = await redisProxy({ target: server });
    const names = freshNames(1);
    const appender = await appenderOf(proxy.url, names);
    proxy.blackHole(true);
    const soon = systemClock.monotonicMs() + 300;
    const sent = append(appender, bareWrite({}, { deadlineAtMs: soon }));
    await new Promise(setImmediate);
    proxy.cut();
    const answer = await sent;
    expect(outcome(answer)).toBe('unknown: outcome-unknown');
    if (answer.state !== 'unknown') expect.unreachable();
    expect(answer.error).toMatchObject({ status: 504, retry: 'same-key-only' });
    await appender.stop();
  });

  it('makes nothing of what was never sent: that may be sent again at once', async () => {
    await using proxy = await redisProxy({ target: server });
    const appender = await appenderOf(proxy.url, freshNames(1));
    await proxy.close();
    await waitFor(() => !appender.redis.connected, { what: 'the connection is seen to be lost' });
    const answer = await append(appender, bareWrite());
    expect(outcome(answer)).toBe('not-written: buffer-unavailable');
    await appender.stop();
  });
});
