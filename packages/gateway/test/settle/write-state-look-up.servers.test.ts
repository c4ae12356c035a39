import { randomUUID } from 'node:crypto';
import { testServers, type TestServers } from '@headrace/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BufferKeys } from '../../src/append/buffer-keys-port.ts';
import { WriteStateLookUp } from '../../src/settle/write-state-look-up.ts';
import { wholeLane, type WholeLane } from '../apply/worker-under-test.ts';

let servers: TestServers;
beforeAll(async () => {
  servers = await testServers();
});
afterAll(() => servers[Symbol.asyncDispose]());

function lookUpOf(lane: WholeLane): WriteStateLookUp {
  const keys = new BufferKeys(lane.names.prefix, lane.names.partitions);
  return new WriteStateLookUp({
    client: lane.mongo,
    database: lane.database,
    namespaces: [lane.namespace],
    buffer: { redis: lane.redis, keys },
  });
}

describe('the state of a write', () => {
  it('is queued, then applied, with and without its location', async () => {
    await using lane = await wholeLane(servers);
    const [write] = await lane.queue({ n: 1 });
    if (write === undefined) expect.unreachable();
    const { writeId, tenant, namespace, canonicalId } = write;
    const lookUp = lookUpOf(lane);
    const located = { writeId, tenant, namespace, canonicalId };
    expect(await lookUp.find(located)).toEqual({ state: 'queued' });
    expect(await lookUp.find({ writeId, tenant })).toEqual({ state: 'queued' });
    expect(await lookUp.waitFor(located, 60)).toEqual({ state: 'queued' });
    const waited = lookUp.waitFor(located, 10_000);
    await lane.openWorker();
    expect(await waited).toEqual({ state: 'applied' });
    expect(await lookUp.find({ writeId, tenant })).toEqual({ state: 'applied' });
  });

  it('is applied by its claim where the caller named the _id, and unknown when that is gone', async () => {
    await using lane = await wholeLane(servers, 1);
    const [write] = await lane.queue({ _id: 'mine' });
    if (write === undefined) expect.unreachable();
    const { writeId, tenant } = write;
    await lane.openWorker();
    await lane.drained();
    const lookUp = lookUpOf(lane);
    expect(await lookUp.find({ writeId, tenant })).toEqual({ state: 'applied' });
    const [partition] = new BufferKeys(lane.names.prefix, 1).partitions;
    await lane.redis.command('DEL', partition?.claim(writeId) ?? '');
    expect(await lookUp.find({ writeId, tenant })).toEqual({ state: 'unknown' });
  });

  it('is rejected with the reason for a dead letter', async () => {
    await using lane = await wholeLane(servers);
    const validator = { $jsonSchema: { required: ['total'] } };
    await lane.mongo.db(lane.shop).createCollection('orders', { validator });
    const [write] = await lane.queue({ n: 1 });
    if (write === undefined) expect.unreachable();
    await lane.openWorker();
    const { writeId, tenant } = write;
    const state = await lookUpOf(lane).waitFor({ writeId, tenant }, 10_000);
    expect(state).toMatchObject({
      state: 'rejected',
      deadLetter: true,
      reason: { code: 'document-refused' },
    });
  });

  it('is not told to another tenant, and unknown where nothing is recorded', async () => {
    await using lane = await wholeLane(servers);
    const validator = { $jsonSchema: { required: ['total'] } };
    await lane.mongo.db(lane.shop).createCollection('orders', { validator });
    const [write] = await lane.queue({ n: 1 });
    if (write === undefined) expect.unreachable();
    const { writeId } = write;
    const lookUp = lookUpOf(lane);
    expect(await lookUp.find({ writeId, tenant: 'other' })).toEqual({ state: 'unknown' });
    await lane.openWorker();
    await lane.drained();
    expect(await lookUp.find({ writeId, tenant: 'other' })).toEqual({ state: 'unknown' });
    const nobody = { writeId: randomUUID(), tenant: 'default' };
    expect(await lookUp.waitFor(nobody, 5_000)).toEqual({ state: 'unknown' });
  });
});
