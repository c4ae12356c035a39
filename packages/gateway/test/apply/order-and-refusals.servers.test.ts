import { testServers, waitFor, type TestServers } from '@headrace/testkit';
import { writerErrors } from '@headrace/writer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BufferKeys } from '../../src/append/buffer-keys-port.ts';
import { encodeFrame, frameBytes } from '../../src/append/frame-port.ts';
import { DeadLetterRecords } from '../../src/bury/dead-letter-records.ts';
import { DeadLetters } from '../../src/bury/dead-letters.ts';
import { wholeLane } from './worker-under-test.ts';

let servers: TestServers;
beforeAll(async () => {
  servers = await testServers();
});
afterAll(() => servers[Symbol.asyncDispose]());

describe('the order of a document', () => {
  it('holds while its first write waits for another attempt, and others go on', async () => {
    await using lane = await wholeLane(servers, 1);
    await lane.queue({ _id: 'same', n: 1 }, { _id: 'same', n: 2 }, { _id: 'other', n: 3 });
    let refusals = 3;
    const submitted: unknown[] = [];
    const desk = lane.desk((write, settle) => {
      submitted.push(write.canonicalId);
      if (write.canonicalId === submitted[0] && refusals > 0) {
        refusals -= 1;
        const error = writerErrors.create('database-unavailable');
        setImmediate(() => {
          settle({ state: 'not-written', error });
        });
      } else lane.writer.submit(write, settle);
    });
    await lane.openWorker({ desk });
    const othersGoOn = async (): Promise<boolean> =>
      (await lane.orders.countDocuments({ _id: 'other' as never })) === 1;
    await waitFor(othersGoOn, { what: 'the other document is stored' });
    expect(refusals).toBeGreaterThan(0);
    await lane.drained();
    expect(await lane.orders.findOne({ _id: 'same' as never })).toMatchObject({ n: 1 });
    expect(await lane.deadLetters.find().toArray()).toMatchObject([
      { reason: { code: 'duplicate' } },
    ]);
  });
});

describe('a write that can not be applied', () => {
  it('becomes a dead letter with its true reason, and nobody else pays', async () => {
    await using lane = await wholeLane(servers);
    const shop = lane.mongo.db(lane.shop);
    const validator = { $jsonSchema: { properties: { total: { bsonType: 'int' } } } };
    await shop.createCollection('orders', { validator });
    await lane.orders.createIndex({ number: 1 }, { unique: true }, {});
    await lane.orders.insertOne({ number: -1 });
    const good = Array.from({ length: 995 }, (_, n) => ({ number: n, total: n }));
    const bad = [
      ...[0, 1, 2].map((n) => ({ number: 2_000 + n, total: 'much' })),
      ...[0, 1].map(() => ({ number: -1, total: 1 })),
    ];
    await Promise.all([...good, ...bad].map((fields) => lane.queue(fields)));
    await lane.openWorker();
    await lane.drained();
    expect(await lane.orders.countDocuments({ number: { $gte: 0 } })).toBe(good.length);
    const letters = await lane.deadLetters.find().toArray();
    const codes = letters.map(({ reason }) => (reason as { code: string }).code).sort();
    expect(codes).toEqual([
      ...['document-refused', 'document-refused', 'document-refused', 'duplicate', 'duplicate'],
    ]);
    const rows = await lane.mongo.db(lane.database).collection('ledger').find().toArray();
    expect(rows.map(({ st }) => st as unknown)).toEqual(Array(5).fill('dead'));
  });

  it('is told by a reused idempotency key once the claim is gone', async () => {
    await using lane = await wholeLane(servers, 1);
    await lane.queueWrite(lane.write({ n: 1 }, { key: 'K' }));
    await lane.openWorker();
    await lane.drained();
    const other = lane.write({ n: 2 }, { key: 'K' });
    const [partition] = new BufferKeys(lane.names.prefix, 1).partitions;
    await lane.redis.command('DEL', partition?.claim(other.writeId) ?? '');
    await lane.queueWrite(other);
    await lane.drained();
    expect(await lane.deadLetters.find().toArray()).toMatchObject([
      { reason: { code: 'key-reused' } },
    ]);
    expect(await lane.orders.find().toArray()).toMatchObject([{ n: 1 }]);
  });

  it('stays dead when it is delivered again, though it could be applied by now', async () => {
    await using lane = await wholeLane(servers, 1);
    const shop = lane.mongo.db(lane.shop);
    const validator = { $jsonSchema: { required: ['total'] } };
    await shop.createCollection('orders', { validator });
    await lane.queue({ n: 1 });
    const first = await lane.openWorker();
    await lane.drained();
    await first.stop();
    await shop.command({ collMod: 'orders', validator: {} });
    const [letter] = await lane.deadLetters.find().toArray();
    // As after a crash between dead letter and settle: the entry is there, and it was read before.
    const frame = (letter?.['entry'] as { buffer: Uint8Array }).buffer;
    const keys = new BufferKeys(lane.names.prefix, 1).partitions[0];
    await lane.redis.command('XADD', keys?.stream('default') ?? '', '*', 'w', Buffer.from(frame));
    await lane.redis.command('HINCRBY', keys?.queued ?? '', 'default', String(frame.length));
    await lane.redis.command('SET', keys?.taken('default') ?? '', '9999999999999-0');
    await lane.openWorker();
    await lane.drained();
    expect(await lane.orders.countDocuments()).toBe(0);
    expect(await lane.deadLetters.countDocuments()).toBe(1);
  });

  it('is listed for its tenant, newest first, page by page', async () => {
    await using lane = await wholeLane(servers);
    const validator = { $jsonSchema: { required: ['total'] } };
    await lane.mongo.db(lane.shop).createCollection('orders', { validator });
    await lane.openWorker();
    for (let n = 0; n < 5; n += 1) {
      await lane.queue({ n });
      await lane.drained();
    }
    await lane.queueWrite(lane.write({ n: 9 }, { tenant: 'other' }));
    await lane.drained('other');
    const letters = new DeadLetters(lane.mongo, lane.mongo.db(lane.database));
    const records = new DeadLetterRecords(letters);
    const first = await records.list({ tenant: 'default' }, { limit: 3 });
    const after = first.at(-1)?.id;
    if (after === undefined) expect.unreachable();
    const second = await records.list({ tenant: 'default' }, { limit: 3, after });
    const times = [...first, ...second].map(({ at }) => at.getTime());
    expect(times).toHaveLength(5);
    expect(times).toEqual(times.toSorted((a, b) => b - a));
    expect(first[0]).toMatchObject({ tenant: 'default', namespace: lane.namespace, attempts: 1 });
    expect(await lane.deadLetters.distinct('v')).toEqual([1]);
  });
});

describe('a frame of a newer version', () => {
  it('stays in Redis for a newer worker and holds nobody up', async () => {
    await using lane = await wholeLane(servers, 1);
    const [partition] = new BufferKeys(lane.names.prefix, 1).partitions;
    const write = lane.write({ n: 0 });
    const newer = Buffer.alloc(frameBytes(write));
    encodeFrame(write, Date.now(), newer);
    newer[0] = 3;
    await lane.redis.command('XADD', partition?.stream('default') ?? '', '*', 'w', newer);
    await lane.redis.command('HINCRBY', partition?.queued ?? '', 'default', String(newer.length));
    await lane.queue({ n: 1 }, { n: 2 });
    await lane.openWorker();
    const isDone = async (): Promise<boolean> => (await lane.backlog()) === 1;
    await waitFor(isDone, { what: 'the known ones are settled' });
    expect(await lane.orders.countDocuments()).toBe(2);
    expect(await lane.deadLetters.countDocuments()).toBe(0);
  });
});
