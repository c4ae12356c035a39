import { testServers, type TestServers } from '@headrace/testkit';
import { encodeBson, madeIdBytes, openWriter, type IdType } from '@headrace/writer';
import { silentLog } from '@headrace/base';
import { serialize } from 'bson';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BufferKeys } from '../../src/append/buffer-keys-port.ts';
import { WriteStateLookUp } from '../../src/settle/write-state-look-up.ts';
import { wholeLane, type WholeLane } from '../apply/worker-under-test.ts';

let servers: TestServers;
beforeAll(async () => {
  servers = await testServers();
});
afterAll(() => servers[Symbol.asyncDispose]());

function claimsOf(lane: WholeLane, writeId: string): Promise<unknown> {
  const { partitions } = new BufferKeys(lane.names.prefix, lane.names.partitions);
  return lane.redis.command('EXISTS', ...partitions.map((each) => each.claim(writeId)));
}

describe('a keyless write with a made _id, once applied', () => {
  it.each(['uuid', 'objectId', 'string'] as const)(
    'has no claim any more and is found by its document: %s',
    async (idType: IdType) => {
      await using lane = await wholeLane(servers, 1);
      const { namespace, database } = lane;
      const collections = { [namespace]: { idType } };
      const { uri } = servers.mongodb;
      const writer = await openWriter({ uri, collections, database, log: silentLog });
      const reservedBytes = madeIdBytes(idType);
      const document = encodeBson(serialize({ n: 1 }), { reservedBytes });
      const write = writer.prepareInsert({ namespace, document, tier: 'eventual' });
      await writer.stop();
      await lane.queueWrite(write);
      expect(await claimsOf(lane, write.writeId)).toBe(1);
      await lane.openWorker();
      await lane.drained();
      expect(await claimsOf(lane, write.writeId)).toBe(0);
      const { writeId, tenant } = write;
      const lookUp = new WriteStateLookUp({
        client: lane.mongo,
        database,
        collections: { [namespace]: { changes: 'none' } },
      });
      expect(await lookUp.find({ writeId, tenant })).toEqual({ state: 'applied' });
    },
  );

  it('may be queued again by a gateway that missed the answer: it is applied once', async () => {
    await using lane = await wholeLane(servers, 1);
    const [write] = await lane.queue({ n: 1 });
    if (write === undefined) expect.unreachable();
    await lane.openWorker();
    await lane.drained();
    await lane.queueWrite(write);
    await lane.drained();
    expect(await lane.orders.countDocuments({ n: 1 })).toBe(1);
    expect(await lane.deadLetters.countDocuments()).toBe(0);
    expect(await claimsOf(lane, write.writeId)).toBe(0);
  });

  it('keeps its claim for a while when it was refused', async () => {
    await using lane = await wholeLane(servers, 1);
    const validator = { $jsonSchema: { required: ['total'] } };
    await lane.mongo.db(lane.shop).createCollection('orders', { validator });
    const [write] = await lane.queue({ n: 1 });
    if (write === undefined) expect.unreachable();
    await lane.openWorker();
    await lane.drained();
    expect(await claimsOf(lane, write.writeId)).toBe(1);
  });
});
