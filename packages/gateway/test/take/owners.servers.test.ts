import { redisProxy, testServers, waitFor, type TestServers } from '@headrace/testkit';
import type { Settle, Write } from '@headrace/writer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { wholeLane } from '../apply/worker-under-test.ts';

let servers: TestServers;
beforeAll(async () => {
  servers = await testServers();
});
afterAll(() => servers[Symbol.asyncDispose]());

describe('the partitions', () => {
  it('all go to a worker that is alone, and are shared with one that joins', async () => {
    await using lane = await wholeLane(servers, 5);
    const first = await lane.openWorker();
    await waitFor(() => first.worker.owned === 5, { what: 'the first one owns all' });
    const second = await lane.openWorker();
    const isShared = (): boolean => first.worker.owned === 3 && second.worker.owned === 2;
    await waitFor(isShared, { what: 'both have their share' });
    await first.stop();
    await waitFor(() => second.worker.owned === 5, { what: 'the second one owns all' });
  });

  it('go to another worker when theirs dies, once the lease is over', async () => {
    await using lane = await wholeLane(servers, 4);
    const first = await lane.openWorker();
    await waitFor(() => first.worker.owned === 4, { what: 'the first one owns all' });
    first.redis.close();
    const second = await lane.openWorker();
    await waitFor(() => second.worker.owned === 4, { what: 'the second one owns all' });
  });
});

describe('a worker that stalls past its lease', () => {
  it('changes nothing when it wakes: another one has finished', async () => {
    await using lane = await wholeLane(servers, 1);
    await using proxy = await redisProxy({ target: servers.redis });
    await lane.queue({ _id: 'e1', n: 1 }, { _id: 'e2', n: 2 });
    const held: { write: Write; settle: Settle }[] = [];
    const desk = lane.desk((write, settle) => held.push({ write, settle }));
    const stalled = await lane.openWorker({ desk, redisUri: proxy.url });
    await waitFor(() => held.length === 2, { what: 'the first worker has read both' });
    proxy.blackHole(true);
    const second = await lane.openWorker();
    await lane.drained();
    // Something newer waits while the first one wakes; it is not the first one's to release.
    await second.stop();
    const holder = await lane.openWorker({ desk: lane.desk(() => undefined) });
    await waitFor(() => holder.worker.owned === 1, { what: 'a third one owns the partition' });
    await lane.queue({ _id: 'e3', n: 3 });
    await lane.orders.updateOne({ _id: 'e1' as never }, { $set: { n: 100 } });
    const verdicts: string[] = [];
    for (const { write, settle } of held) {
      lane.writer.submit(write, (verdict) => {
        verdicts.push(verdict.state);
        settle(verdict);
      });
    }
    await waitFor(() => verdicts.length === 2, { what: 'the late writes have their verdicts' });
    proxy.blackHole(false);
    await waitFor(() => stalled.worker.owned === 0, { what: 'the first worker knows' });
    expect(await lane.backlog()).toBe(1);
    expect(await lane.orders.find().sort({ _id: 1 }).toArray()).toEqual([
      { _id: 'e1', n: 100 },
      { _id: 'e2', n: 2 },
    ]);
    expect(await lane.deadLetters.countDocuments()).toBe(0);
  });
});

describe('a tenant with much', () => {
  it('does not hold up one with little', async () => {
    await using lane = await wholeLane(servers, 1);
    const much = Array.from({ length: 500 }, (_, n) => lane.write({ n }, { tenant: 'much' }));
    const little = Array.from({ length: 10 }, (_, n) => lane.write({ n }, { tenant: 'little' }));
    // In this order the one with much is asked first, and would take the whole window.
    await Promise.all(little.map((write) => lane.queueWrite(write)));
    await Promise.all(much.map((write) => lane.queueWrite(write)));
    const seen = { much: 0, little: 0 };
    const desk = lane.desk((write) => (seen[write.tenant as 'much' | 'little'] += 1));
    await lane.openWorker({ desk, limits: { maxEntries: 100, maxBytes: 4_194_304 } });
    await waitFor(() => seen.little === 10, { what: 'the little one is read whole' });
    expect(seen.much).toBeLessThanOrEqual(90);
  });
});
