import { redisProxy, testServers, waitFor, type TestServers } from '@headrace/testkit';
import type { Settle, Write } from '@headrace/writer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BufferKeys, type PartitionKeys } from '../../src/append/buffer-keys-port.ts';
import { encodeFrame, frameBytes } from '../../src/append/frame-port.ts';
import { crash, wholeLane, type WholeLane } from './worker-under-test.ts';

let servers: TestServers;
beforeAll(async () => {
  servers = await testServers();
});
afterAll(() => servers[Symbol.asyncDispose]());

const documents = Array.from({ length: 200 }, (_, n) => ({ n }));

async function expectAllApplied(lane: WholeLane): Promise<void> {
  await lane.drained();
  const stored = await lane.orders
    .find({}, { projection: { _id: 0 } })
    .sort({ n: 1 })
    .toArray();
  expect(stored).toEqual(documents);
  expect(await lane.deadLetters.countDocuments()).toBe(0);
}

describe('a worker that dies', () => {
  it('after the append, before anybody took: the next one applies everything once', async () => {
    await using lane = await wholeLane(servers);
    await lane.queue(...documents);
    await lane.openWorker();
    await expectAllApplied(lane);
  });

  it('after taking, before applying', async () => {
    await using lane = await wholeLane(servers);
    await lane.queue(...documents);
    let taken = 0;
    const desk = lane.desk(() => (taken += 1));
    const dying = await lane.openWorker({ desk });
    await waitFor(() => taken === documents.length, { what: 'all are taken' });
    crash(dying);
    expect(await lane.orders.countDocuments()).toBe(0);
    await lane.openWorker();
    await expectAllApplied(lane);
  });

  it('after applying, before settling', async () => {
    await using lane = await wholeLane(servers);
    await lane.queue(...documents);
    let applied = 0;
    const desk = lane.desk((write: Write) => {
      lane.writer.submit(write, () => (applied += 1));
    });
    const dying = await lane.openWorker({ desk });
    await waitFor(() => applied === documents.length, { what: 'all are applied' });
    crash(dying);
    expect(await lane.backlog()).toBe(documents.length);
    await lane.openWorker();
    await expectAllApplied(lane);
  });

  it('when some are settled and some are not', async () => {
    await using lane = await wholeLane(servers);
    await lane.queue(...documents);
    let applied = 0;
    const desk = lane.desk((write: Write, settle: Settle) => {
      lane.writer.submit(write, (verdict) => {
        applied += 1;
        if (applied <= 77) settle(verdict);
      });
    });
    const dying = await lane.openWorker({ desk });
    const isHalf = async (): Promise<boolean> => (await lane.backlog()) === documents.length - 77;
    await waitFor(isHalf, { what: 'some are settled' });
    crash(dying);
    await lane.openWorker();
    await expectAllApplied(lane);
  });

  it('loses nothing by an answer of Redis that never came', async () => {
    await using lane = await wholeLane(servers);
    await using proxy = await redisProxy({ target: servers.redis });
    await lane.queue(...documents);
    proxy.cutBeforeReply(3, 'evalsha');
    await lane.openWorker({ redisUri: proxy.url });
    await expectAllApplied(lane);
  });

  it('reads again from the start after a lost connection: a restarted Redis may be older', async () => {
    await using lane = await wholeLane(servers, 1);
    await using proxy = await redisProxy({ target: servers.redis });
    const [held] = await lane.queue({ _id: 'held' });
    let reading = 0;
    const desk = lane.desk((write: Write, settle: Settle) => {
      reading += 1;
      if (write.canonicalId !== held?.canonicalId) lane.writer.submit(write, settle);
    });
    await lane.openWorker({ desk, redisUri: proxy.url });
    await waitFor(() => reading === 1, { what: 'the worker has read' });
    const partition = new BufferKeys(lane.names.prefix, 1).partitions[0] as PartitionKeys;
    const older = lane.write({ n: 1 });
    const frame = Buffer.alloc(frameBytes(older));
    encodeFrame(older, Date.now(), frame);
    await lane.redis.command('DEL', partition.stream('default'));
    await lane.redis.command('XADD', partition.stream('default'), '1-1', 'w', frame);
    proxy.cut();
    await lane.drained();
    expect(await lane.orders.countDocuments({ n: 1 })).toBe(1);
  });
});
