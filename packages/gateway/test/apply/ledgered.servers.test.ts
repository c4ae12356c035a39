import { systemClock, type Clock } from '@headrace/base';
import { failpoint, testServers, waitFor, type TestServers } from '@headrace/testkit';
import type { Settle, Write } from '@headrace/writer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BufferKeys } from '../../src/append/buffer-keys-port.ts';
import { crash, wholeLane, type WholeLane } from './worker-under-test.ts';

let servers: TestServers;
beforeAll(async () => {
  servers = await testServers();
});
afterAll(() => servers[Symbol.asyncDispose]());

const hourMs = 3_600_000;

async function queueAll(lane: WholeLane, writes: readonly Write[]): Promise<void> {
  for (const write of writes) await lane.queueWrite(write);
}

async function stored(lane: WholeLane): Promise<unknown[]> {
  return await lane.orders.find().sort({ _id: 1 }).toArray();
}

/** A worker that dies once the database has all `count` writes, before it hears of any. */
async function applyAndDie(lane: WholeLane, count: number): Promise<void> {
  let applied = 0;
  const desk = lane.desk((write: Write) => {
    lane.writer.submit(write, () => (applied += 1));
  });
  const dying = await lane.openWorker({ desk });
  await waitFor(() => applied === count, { what: 'all are applied' });
  crash(dying);
  expect(await lane.backlog()).toBe(count);
}

describe('a queued write', () => {
  it('that the server can not hold in a transaction becomes a dead letter that says so', async () => {
    await using lane = await wholeLane(servers, 1, 'buffered');
    await using full = await failpoint(lane.mongo, { commands: ['insert'], errorCode: 388 });
    await lane.queueWrite(lane.write({ _id: 'a' }));
    await lane.openWorker();
    await lane.drained();
    await full.clear();
    expect(await lane.deadLetters.find().toArray()).toMatchObject([
      { attempts: 1, reason: { code: 'transaction-too-large' } },
    ]);
    expect(await lane.ledger.find().toArray()).toMatchObject([{ st: 'dead' }]);
  });
});

describe('changes in the buffered lane', () => {
  it('are applied in stream order with the inserts of their document, numbers by value', async () => {
    await using lane = await wholeLane(servers, 4, 'buffered');
    await queueAll(lane, [
      lane.write({ _id: 'a', n: 0 }),
      lane.change('patch', { _id: 'a', merge: { n: 1 } }),
      lane.change('patch', { _id: 'a', update: { $inc: { n: 10 } } }),
      lane.write({ _id: 1, n: 0 }),
      // Another type of the same number is the same document, so the same partition.
      lane.change('patch', { _id: 1n, merge: { n: 2 } }),
      lane.write({ _id: 'b', n: 0 }),
      lane.change('delete', { _id: 'b' }),
      lane.write({ _id: 'b', n: 5 }),
      lane.change('replace', { _id: 'c', n: 6 }, { upsert: true }),
    ]);
    await lane.openWorker();
    await lane.drained();
    expect(await stored(lane)).toEqual([
      { _id: 1, n: 2 },
      { _id: 'a', n: 11 },
      { _id: 'b', n: 5 },
      { _id: 'c', n: 6 },
    ]);
    expect(await lane.deadLetters.countDocuments()).toBe(0);
    expect(await lane.ledger.countDocuments({ st: 'done', sid: { $exists: true } })).toBe(9);
  });

  it('that find no document, or not as they want it, become dead letters and hold nobody up', async () => {
    await using lane = await wholeLane(servers, 2, 'buffered');
    await queueAll(lane, [
      lane.write({ _id: 'a', status: 'new' }),
      lane.change('patch', { _id: 'none', merge: { n: 1 } }),
      lane.change('patch', { _id: 'a', merge: { n: 1 }, if: { status: 'paid' } }),
      lane.change('delete', { _id: 'gone' }),
      lane.change('patch', { _id: 'a', merge: { n: 2 }, if: { status: 'new' } }),
    ]);
    await lane.openWorker();
    await lane.drained();
    expect(await stored(lane)).toEqual([{ _id: 'a', status: 'new', n: 2 }]);
    const letters = await lane.deadLetters.find().sort({ op: 1, 'reason.code': 1 }).toArray();
    expect(
      letters.map(({ op, reason }): unknown[] => [op, (reason as { code: string }).code]),
    ).toEqual([
      ['delete', 'document-absent'],
      ['patch', 'condition-failed'],
      ['patch', 'document-absent'],
    ]);
    expect(await lane.ledger.countDocuments({ st: 'dead' })).toBe(3);
    expect(await lane.ledger.countDocuments({ st: 'rejected' })).toBe(0);
  });
});

describe('a worker that dies over ledgered writes', () => {
  it('after insert and delete, before the release: the document stays deleted', async () => {
    await using lane = await wholeLane(servers, 1, 'buffered');
    const insert = lane.write({ _id: 'd', n: 1 });
    const remove = lane.change('delete', { _id: 'd' });
    await queueAll(lane, [insert, remove]);
    const applied: string[] = [];
    const desk = lane.desk((write: Write, settle: Settle) => {
      lane.writer.submit(write, (verdict) => {
        applied.push(`${write.op} ${verdict.state}`);
        settle(verdict);
      });
    });
    const first = await lane.openWorker({ desk });
    await lane.drained();
    await first.stop();
    expect(applied).toEqual(['insert applied', 'delete applied']);
    // As if it had died before the release: both are back, and both were read.
    await putBack(lane, [insert, remove]);
    await lane.openWorker();
    await lane.drained();
    expect(await stored(lane)).toEqual([]);
    expect(await lane.deadLetters.countDocuments()).toBe(0);
  });

  it('after applying, before settling: increments count once', async () => {
    await using lane = await wholeLane(servers, 4, 'buffered');
    const ids = Array.from({ length: 100 }, (_, n) => n);
    await lane.orders.insertMany(ids.map((_id) => ({ _id: _id as never, n: 0 })));
    await queueAll(
      lane,
      ids.map((_id) => lane.change('patch', { _id, update: { $inc: { n: 1 } } })),
    );
    await applyAndDie(lane, ids.length);
    await lane.openWorker();
    await lane.drained();
    expect(await lane.orders.distinct('n')).toEqual([1]);
    expect(await lane.deadLetters.countDocuments()).toBe(0);
  });

  it('after a refusal, before the dead letter: the refusal is not taken for done', async () => {
    await using lane = await wholeLane(servers, 1, 'buffered');
    const patch = lane.change('patch', { _id: 'none', merge: { n: 1 } });
    await lane.queueWrite(patch);
    let refused = 0;
    const desk = lane.desk((write: Write) => {
      lane.writer.submit(write, () => (refused += 1));
    });
    const dying = await lane.openWorker({ desk });
    await waitFor(() => refused === 1, { what: 'it is refused' });
    crash(dying);
    await lane.openWorker();
    await lane.drained();
    expect(await lane.deadLetters.find().toArray()).toMatchObject([
      { op: 'patch', reason: { code: 'document-absent' } },
    ]);
    expect(await lane.ledger.find().toArray()).toMatchObject([{ st: 'dead' }]);
  });

  it('is not believed by the write id alone: other content under it is a reused key', async () => {
    await using lane = await wholeLane(servers, 1, 'buffered');
    await lane.orders.insertOne({ _id: 'a' as never, n: 0 });
    const first = lane.change('patch', { _id: 'a', merge: { n: 1 } }, { key: 'K' });
    await lane.queueWrite(first);
    const worker = await lane.openWorker();
    await lane.drained();
    await worker.stop();
    await putBack(lane, [lane.change('patch', { _id: 'a', merge: { n: 2 } }, { key: 'K' })]);
    await lane.openWorker();
    await lane.drained();
    expect(await stored(lane)).toEqual([{ _id: 'a', n: 1 }]);
    expect(await lane.deadLetters.find().toArray()).toMatchObject([
      { reason: { code: 'key-reused' } },
    ]);
    expect(await lane.ledger.find().toArray()).toMatchObject([{ st: 'done' }]);
  });
});

describe('a write again under its key', () => {
  it('after a later patch and after a delete changes nothing', async () => {
    await using lane = await wholeLane(servers, 1, 'buffered');
    await lane.openWorker();
    const insert = lane.write({ _id: 'a', n: 0 }, { key: 'I' });
    const patch = lane.change('patch', { _id: 'a', merge: { n: 1 } }, { key: 'P' });
    await queueAll(lane, [insert, patch, lane.change('patch', { _id: 'a', merge: { n: 2 } })]);
    await lane.drained();
    await forgetClaims(lane, [insert, patch]);
    await lane.queueWrite(patch);
    await lane.drained();
    expect(await stored(lane)).toEqual([{ _id: 'a', n: 2 }]);
    await lane.queueWrite(lane.change('delete', { _id: 'a' }));
    await lane.drained();
    await forgetClaims(lane, [insert, patch]);
    await queueAll(lane, [insert, patch]);
    await lane.drained();
    expect(await stored(lane)).toEqual([]);
    expect(await lane.deadLetters.countDocuments()).toBe(0);
  });
});

describe('an old entry', () => {
  const ageing = (byMs: number): Clock => ({
    monotonicMs: () => systemClock.monotonicMs(),
    epochMs: () => systemClock.epochMs() + byMs,
  });

  async function takenAndLeft(lane: WholeLane): Promise<void> {
    let taken = 0;
    const dying = await lane.openWorker({ desk: lane.desk(() => (taken += 1)) });
    await waitFor(() => taken === 1, { what: 'it is taken' });
    crash(dying);
  }

  it('that may have been sent before, and is not in the ledger, is too old to be sure', async () => {
    await using lane = await wholeLane(servers, 1, 'buffered');
    await lane.queue({ _id: 'a', n: 1 });
    await takenAndLeft(lane);
    await lane.openWorker({ clock: ageing(25 * hourMs) });
    await lane.drained();
    expect(await stored(lane)).toEqual([]);
    expect(await lane.deadLetters.find().toArray()).toMatchObject([
      { reason: { code: 'too-old-to-be-sure' } },
    ]);
  });

  it('within the window is applied', async () => {
    await using lane = await wholeLane(servers, 1, 'buffered');
    await lane.queue({ _id: 'a', n: 1 });
    await takenAndLeft(lane);
    await lane.openWorker({ clock: ageing(23 * hourMs) });
    await lane.drained();
    expect(await stored(lane)).toEqual([{ _id: 'a', n: 1 }]);
  });

  it('that nobody read before is applied however old, and so is one of an insert-only collection', async () => {
    await using lane = await wholeLane(servers, 1, 'buffered');
    await lane.queue({ _id: 'a', n: 1 });
    await lane.openWorker({ clock: ageing(1_000 * hourMs) });
    await lane.drained();
    expect(await stored(lane)).toEqual([{ _id: 'a', n: 1 }]);
    await using plain = await wholeLane(servers, 1);
    await plain.queue({ _id: 'a', n: 1 });
    await takenAndLeft(plain);
    await plain.openWorker({ clock: ageing(1_000 * hourMs) });
    await plain.drained();
    expect(await stored(plain)).toEqual([{ _id: 'a', n: 1 }]);
  });
});

/** Puts entries back into the stream as if they had been read and never released. */
async function putBack(lane: WholeLane, writes: readonly Write[]): Promise<void> {
  await forgetClaims(lane, writes);
  await queueAll(lane, writes);
  for (const write of writes) {
    const keys = new BufferKeys(lane.names.prefix, lane.names.partitions);
    const partition = keys.partitionOf(write.namespace, write.canonicalId);
    await lane.redis.command('SET', partition.taken('default'), '9999999999999-0');
  }
}

async function forgetClaims(lane: WholeLane, writes: readonly Write[]): Promise<void> {
  const keys = new BufferKeys(lane.names.prefix, lane.names.partitions);
  for (const write of writes) {
    const partition = keys.partitionOf(write.namespace, write.canonicalId);
    await lane.redis.command('DEL', partition.claim(write.writeId));
  }
}
