import { randomUUID } from 'node:crypto';
import { testServers, type TestServers } from '@headrace/testkit';
import type { Changes } from '@headrace/writer';
import { UUID, type Document } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BufferKeys } from '../../src/append/buffer-keys-port.ts';
import { WriteStateLookUp } from '../../src/settle/write-state-look-up.ts';
import { wholeLane, type WholeLane } from '../apply/worker-under-test.ts';

let servers: TestServers;
beforeAll(async () => {
  servers = await testServers();
});
afterAll(() => servers[Symbol.asyncDispose]());

function lookUpOf(lane: WholeLane, changes: Changes = 'none'): WriteStateLookUp {
  const keys = new BufferKeys(lane.names.prefix, lane.names.partitions);
  return new WriteStateLookUp({
    client: lane.mongo,
    database: lane.database,
    collections: { [lane.namespace]: { changes } },
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

describe('a write the ledger knows', () => {
  const row = (writeId: string, outcome: Document): Document => ({
    ...{ _id: new UUID(writeId), tenant: 'default', ns: 'any.orders', doc: 'x', op: 'patch' },
    ...{ at: new Date(), ...outcome },
  });

  it.each([
    [{ st: 'done', r: { code: 'patched', n: 1 } }, { state: 'applied' }],
    [
      { st: 'rejected', r: { code: 'document-absent', n: 0 } },
      { state: 'rejected', reason: { code: 'document-absent' } },
    ],
    [
      { st: 'rejected', r: { code: 'condition-failed', n: 0 } },
      { state: 'rejected', reason: { code: 'condition-failed' } },
    ],
    [{ st: 'rejected', r: { code: 'document-absent', n: 0 }, sid: '1-0' }, { state: 'queued' }],
    [
      { st: 'dead', r: { code: 'document-refused', n: 0 } },
      { state: 'rejected', deadLetter: true, reason: { code: 'document-refused' } },
    ],
  ])('with %o is %o', async (outcome, state) => {
    await using lane = await wholeLane(servers);
    const writeId = randomUUID();
    await lane.mongo.db(lane.database).collection('ledger').insertOne(row(writeId, outcome));
    const found = await lookUpOf(lane, 'direct').find({ writeId, tenant: 'default' });
    expect(found).toMatchObject(state);
    expect('deadLetter' in found).toBe('deadLetter' in state);
    const isTold = found.state === 'rejected' && found.deadLetter === undefined;
    if (isTold) expect(found.reason.text).toMatch(/\w+ \w+/);
  });
});

describe('in a ledgered collection a document whose _id is the write id', () => {
  const keyless = '0190163d-8694-739b-aea5-966c26f8ad91';
  const keyed = '0190163d-8694-839b-aea5-966c26f8ad92';

  it.each([
    [keyless, 'direct', 'applied'],
    [keyed, 'direct', 'unknown'],
    [keyed, 'none', 'applied'],
  ] as const)('%s of a collection with changes %s: %s', async (writeId, changes, state) => {
    await using lane = await wholeLane(servers);
    await lane.orders.insertOne({ _id: new UUID(writeId) as never });
    expect(await lookUpOf(lane, changes).find({ writeId, tenant: 'default' })).toEqual({ state });
  });

  it('does not hide that its insert is still queued', async () => {
    await using lane = await wholeLane(servers);
    const [write] = await lane.queue({ n: 1 });
    const { writeId = '', tenant = '' } = write ?? {};
    await lane.orders.insertOne({ _id: new UUID(writeId) as never });
    const found = await lookUpOf(lane, 'direct').find({ writeId, tenant });
    expect(found).toEqual({ state: 'queued' });
  });
});
