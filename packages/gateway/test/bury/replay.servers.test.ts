import { systemClock } from '@headrace/base';
import { testServers, waitFor, type TestServers } from '@headrace/testkit';
import type { Write, WriteDesk } from '@headrace/writer';
import { Binary } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type {
  DeadLettersPort,
  ReplayChoice,
  ReplayResult,
} from '../../src/accept/dead-letters-port.ts';
import { deadLettersOf } from '../../src/compose-dead-letters.ts';
import { wholeLane, type WholeLane } from '../apply/worker-under-test.ts';

let servers: TestServers;
beforeAll(async () => {
  servers = await testServers();
});
afterAll(() => servers[Symbol.asyncDispose]());

type Changes = 'none' | 'direct' | 'buffered';

function deadLetters(
  lane: WholeLane,
  changes: Changes,
  desk: WriteDesk = lane.writer,
): DeadLettersPort {
  const rules = { tier: 'strong', changes, idType: 'string', types: {} } as const;
  return deadLettersOf(desk, {
    mongodb: { uri: servers.mongodb.uri, database: lane.database, maxPoolSize: 4 },
    collections: { [lane.namespace]: rules },
  });
}

async function replay(
  letters: DeadLettersPort,
  choice: Omit<ReplayChoice, 'tenant'> = {},
): Promise<ReplayResult[]> {
  const results: ReplayResult[] = [];
  for await (const result of letters.replay({ tenant: 'default', ...choice })) results.push(result);
  return results;
}

/** Refuses documents without a total, until told otherwise. */
async function strict(lane: WholeLane): Promise<() => Promise<void>> {
  const shop = lane.mongo.db(lane.shop);
  await shop.createCollection('orders', { validator: { $jsonSchema: { required: ['total'] } } });
  return async () => {
    await shop.command({ collMod: 'orders', validator: {} });
  };
}

async function settleAll(lane: WholeLane, ...writes: readonly Write[]): Promise<void> {
  for (const write of writes) await lane.queueWrite(write);
  await lane.drained();
}

const outcomes = (results: readonly ReplayResult[]): string[] =>
  results.map(({ outcome, reason }) => (reason ? `${outcome}: ${reason.code}` : outcome));

describe.each(['none', 'buffered'] as const)('a replay with changes: %s', (changes) => {
  it('applies what can be applied by now, once, and the letter is gone', async () => {
    await using lane = await wholeLane(servers, 1, changes);
    const relax = await strict(lane);
    await lane.openWorker();
    const write = lane.write({ _id: 'a', n: 1 }, { key: 'K' });
    await settleAll(lane, write);
    const letters = deadLetters(lane, changes);
    expect(outcomes(await replay(letters))).toEqual(['refused: document-refused']);
    expect(await lane.deadLetters.find().toArray()).toMatchObject([{ attempts: 2 }]);
    expect(await lane.ledger.find().toArray()).toMatchObject([{ st: 'dead' }]);
    await relax();
    expect(outcomes(await replay(letters, { dryRun: true }))).toEqual(['would-replay']);
    expect(await lane.orders.countDocuments()).toBe(0);
    expect(outcomes(await replay(letters))).toEqual(['replayed']);
    expect(await lane.orders.find().toArray()).toEqual([{ _id: 'a', n: 1 }]);
    expect(await lane.deadLetters.countDocuments()).toBe(0);
    expect(await lane.ledger.find().toArray()).toMatchObject([{ st: 'done' }]);
    expect(await replay(letters)).toEqual([]);
  });

  it('killed at any step leaves the letter or the applied write, and the next one ends it', async () => {
    await using lane = await wholeLane(servers, 1, changes);
    const relax = await strict(lane);
    await lane.openWorker();
    await settleAll(lane, lane.write({ _id: 'a', n: 1 }));
    await relax();
    // Dies after the mark, before it sends.
    const silent = lane.desk(() => undefined);
    await marked(lane, deadLetters(lane, changes, silent));
    expect(await lane.deadLetters.countDocuments()).toBe(1);
    expect(outcomes(await replay(deadLetters(lane, changes)))).toEqual(['being-replayed']);
    await outlast(lane);
    // Dies after it was applied, before the letter is removed.
    let applied = 0;
    const deaf = lane.desk((write) => {
      lane.writer.submit(write, () => (applied += 1));
    });
    void replay(deadLetters(lane, changes, deaf));
    await waitFor(() => applied === 1, { what: 'it is applied' });
    expect(await lane.deadLetters.countDocuments()).toBe(1);
    expect(await lane.orders.countDocuments()).toBe(1);
    await outlast(lane);
    expect(outcomes(await replay(deadLetters(lane, changes), { dryRun: true }))).toEqual([
      'already-applied',
    ]);
    expect(outcomes(await replay(deadLetters(lane, changes)))).toEqual(['already-applied']);
    expect(await lane.deadLetters.countDocuments()).toBe(0);
    expect(await lane.ledger.find().toArray()).toMatchObject([{ st: 'done' }]);
    expect(await lane.orders.find().toArray()).toEqual([{ _id: 'a', n: 1 }]);
  });

  it('by two at once applies it once', async () => {
    await using lane = await wholeLane(servers, 1, changes);
    const relax = await strict(lane);
    await lane.openWorker();
    await settleAll(lane, lane.write({ _id: 'a', n: 1 }));
    await relax();
    const both = await Promise.all([
      replay(deadLetters(lane, changes)),
      replay(deadLetters(lane, changes)),
    ]);
    const told = both.flatMap(outcomes);
    expect(told.filter((outcome) => outcome === 'replayed')).toHaveLength(1);
    expect(await lane.deadLetters.countDocuments()).toBe(0);
    expect(await lane.orders.find().toArray()).toEqual([{ _id: 'a', n: 1 }]);
  });
});

describe('a replay', () => {
  it('of a write behind which a later one was applied is refused as superseded, unless forced', async () => {
    await using lane = await wholeLane(servers, 1, 'buffered');
    await lane.orders.insertOne({ _id: 'a' as never, n: 0, open: false });
    await lane.openWorker();
    await settleAll(
      lane,
      lane.change('patch', { _id: 'a', merge: { n: 1 }, if: { open: true } }),
      lane.change('patch', { _id: 'a', merge: { n: 2, open: true } }),
    );
    const letters = deadLetters(lane, 'buffered');
    expect(outcomes(await replay(letters, { dryRun: true }))).toEqual(['superseded']);
    expect(outcomes(await replay(letters))).toEqual(['superseded']);
    expect(await lane.deadLetters.countDocuments()).toBe(1);
    expect(await lane.orders.findOne()).toMatchObject({ n: 2 });
    expect(outcomes(await replay(letters, { force: true }))).toEqual(['replayed']);
    expect(await lane.orders.findOne()).toMatchObject({ n: 1 });
  });

  it('of an insert of the direct lane is superseded by a recorded delete after it', async () => {
    await using lane = await wholeLane(servers, 1, 'direct');
    await lane.orders.insertOne({ _id: 'a' as never, n: 0 });
    await lane.openWorker();
    await settleAll(lane, lane.write({ _id: 'a', n: 1 }));
    await lane.writer.collection(lane.namespace).deleteOne({ _id: 'a' }, { idempotencyKey: 'D' });
    const letters = deadLetters(lane, 'direct');
    expect(outcomes(await replay(letters))).toEqual(['superseded']);
    expect(await lane.orders.countDocuments()).toBe(0);
  });

  it('sends the writes of a document in their order', async () => {
    await using lane = await wholeLane(servers, 1, 'buffered');
    const relax = await strict(lane);
    await lane.openWorker();
    await settleAll(
      lane,
      lane.write({ _id: 'a', n: 0 }),
      lane.change('patch', { _id: 'a', update: { $inc: { n: 1 } } }),
      lane.change('patch', { _id: 'a', update: { $mul: { n: 10 } } }),
    );
    await relax();
    expect(outcomes(await replay(deadLetters(lane, 'buffered')))).toEqual([
      ...['replayed', 'replayed', 'replayed'],
    ]);
    expect(await lane.orders.find().toArray()).toEqual([{ _id: 'a', n: 10 }]);
  });

  it('meets the choice and the rate', async () => {
    await using lane = await wholeLane(servers, 1, 'buffered');
    const relax = await strict(lane);
    await lane.openWorker();
    const inserts = [1, 2, 3, 4].map((n) => lane.write({ _id: `i${String(n)}` }));
    await settleAll(lane, ...inserts, lane.change('delete', { _id: 'gone' }));
    await relax();
    const letters = deadLetters(lane, 'buffered');
    expect(await replay(letters, { namespace: 'shop.others' })).toEqual([]);
    const [first] = await letters.list(
      { tenant: 'default', code: 'document-absent' },
      { limit: 9 },
    );
    expect(outcomes(await replay(letters, { ids: [first?.id ?? '', 'nobody'] }))).toEqual([
      ...['refused: document-absent', 'unknown-id'],
    ]);
    const startMs = systemClock.monotonicMs();
    const choice = { code: 'document-refused', ratePerSecond: 10 };
    expect(await replay(letters, choice)).toHaveLength(4);
    expect(systemClock.monotonicMs() - startMs).toBeGreaterThanOrEqual(299);
    expect(await lane.orders.countDocuments()).toBe(4);
    expect(await replay(letters, { ids: [], code: 'document-absent' })).toEqual([]);
  });

  it('leaves what is not listed any more, and nothing of another tenant', async () => {
    await using lane = await wholeLane(servers, 1, 'buffered');
    await strict(lane);
    await lane.openWorker();
    await settleAll(lane, lane.write({ _id: 'a' }));
    const letters = deadLettersOf(lane.writer, {
      mongodb: { uri: servers.mongodb.uri, database: lane.database, maxPoolSize: 4 },
      collections: {},
    });
    expect(outcomes(await replay(letters))).toEqual(['collection-not-listed']);
    const others = [];
    for await (const result of letters.replay({ tenant: 'other' })) others.push(result);
    expect(others).toEqual([]);
  });
});

describe('a dead letter', () => {
  it('is shown whole and discarded for good; its write stays rejected', async () => {
    await using lane = await wholeLane(servers, 1, 'buffered');
    await lane.openWorker();
    const patch = lane.change('patch', { _id: 'a', merge: { n: 1 } }, { key: 'K' });
    await settleAll(lane, patch);
    const letters = deadLetters(lane, 'buffered');
    const [row] = await letters.list({ tenant: 'default' }, { limit: 10 });
    expect(row).toMatchObject({ writeId: patch.writeId, op: 'patch', attempts: 1 });
    expect(row?.id).toBe(`${patch.writeId}.${patch.fingerprint.toString('hex').slice(0, 8)}`);
    for (const id of [row?.id ?? '', patch.writeId]) {
      const whole = await letters.show('default', id);
      expect(whole).toMatchObject({
        keyed: true,
        upsert: false,
        reason: { code: 'document-absent' },
      });
      expect(Buffer.from(whole.document).equals(patch.document)).toBe(true);
    }
    await expect(letters.show('other', patch.writeId)).rejects.toThrow(/no dead letter/);
    await expect(letters.discard('other', patch.writeId)).rejects.toThrow(/no dead letter/);
    await letters.discard('default', patch.writeId);
    expect(await letters.list({ tenant: 'default' }, { limit: 10 })).toEqual([]);
    await expect(letters.discard('default', patch.writeId)).rejects.toThrow(/no dead letter/);
    expect(await lane.ledger.find().toArray()).toMatchObject([{ st: 'dead' }]);
  });

  it('of the largest document is kept in parts and comes back whole', async () => {
    await using lane = await wholeLane(servers, 1);
    const relax = await strict(lane);
    await lane.openWorker();
    // `_id`, name and lengths take the rest of 16 MiB.
    const bytes = new Binary(Buffer.alloc(16_777_216 - 64, 7));
    await settleAll(lane, lane.write({ _id: 'large', bytes }));
    const parts = lane.mongo.db(lane.database).collection('deadLetterParts');
    expect(await parts.countDocuments()).toBe(4);
    await relax();
    expect(outcomes(await replay(deadLetters(lane, 'none')))).toEqual(['replayed']);
    const stored = await lane.orders.findOne({ _id: 'large' as never });
    const back = Buffer.from((stored?.['bytes'] as Binary).buffer);
    expect(back.equals(bytes.buffer)).toBe(true);
    expect(await parts.countDocuments()).toBe(0);
  });
});

/** Starts a replay whose write is never sent; resolves once the letter is marked. */
async function marked(lane: WholeLane, letters: DeadLettersPort): Promise<void> {
  void replay(letters);
  const isMarked = async (): Promise<boolean> =>
    (await lane.deadLetters.countDocuments({ replaying: { $exists: true } })) === 1;
  await waitFor(isMarked, { what: 'the letter is marked' });
}

/** Lets the time pass after which whoever marked a letter counts as dead. */
async function outlast(lane: WholeLane): Promise<void> {
  await lane.deadLetters.updateMany({}, { $set: { 'replaying.at': new Date(0) } });
}
