import { failpoint, waitFor } from '@headrace/testkit';
import type { Collection } from 'mongodb';
import { expect, test } from 'vitest';
import { expectBufferDrained, countQueued } from './invariants/buffer-drained.ts';
import { readDeadLetters } from './invariants/stored-exactly-once.ts';
import { CHANGED, REDIS_PREFIX, startSystem, type System } from './start-system.ts';

const DOCUMENTS = 40;
const CHANGES = 50;

test('a worker stopped past its lease with changes in hand comes back and changes nothing', async () => {
  await using system = await startSystem();
  const { client } = system;
  const changed = client.db('shop').collection(CHANGED.buffered);
  const gateway = await system.start('gateway');
  await queueSequences(`${gateway.url}/v1/db/shop/${CHANGED.buffered}`);
  await using watched = await watchSequences(changed);

  // Every commit is held for a while, so that the worker is stopped before it hears of some.
  const held = await failpoint(client, { commands: ['commitTransaction'], blockMs: 200 });
  const stopped = await system.start('worker');
  const hasBegun = async (): Promise<boolean> => (await changed.countDocuments()) > 0;
  await waitFor(hasBegun, { what: 'the worker has begun' });
  stopped.pause();
  expect(await countQueued(system.redisClient)).toBeGreaterThanOrEqual(100);
  await held.clear();

  await system.start('worker'); // takes over when the leases have run out
  await expectBufferDrained(system);

  stopped.resume();
  const owners = (): Promise<number> => countOwners(system);
  await waitFor(async () => (await owners()) === 2, { what: 'the stopped worker is back at work' });
  // Its end comes after everything it had in hand has been sent and answered.
  expect(await stopped.stop()).toEqual({ code: 0, signal: null });
  await expectBufferDrained(system);

  const sequence = Array.from({ length: CHANGES }, (_, n) => n + 1);
  const seen = await watched.seen();
  expect(seen.size).toBe(DOCUMENTS);
  for (const [id, numbers] of seen) expect({ id, numbers }).toEqual({ id, numbers: sequence });
  expect(await changed.countDocuments({ n: CHANGES })).toBe(DOCUMENTS);
  expect([...(await readDeadLetters(system))]).toEqual([]);
});

/** Each document is made by its first change; the next of a document is sent after the answer. */
async function queueSequences(url: string): Promise<void> {
  const type = 'application/vnd.headrace.update+json';
  const queueOne = async (id: string): Promise<void> => {
    for (let n = 0; n < CHANGES; n += 1) {
      const headers = { 'content-type': type, 'idempotency-key': `change-${String(n)}` };
      const update = `${url}/${id}?upsert=${String(n === 0)}`;
      const body = JSON.stringify({ $inc: { n: 1 } });
      const response = await fetch(update, { method: 'PATCH', headers, body });
      expect(response.status, await response.text()).toBe(202);
    }
  };
  await Promise.all(Array.from({ length: DOCUMENTS }, (_, at) => queueOne(`d${String(at)}`)));
}

interface WatchedSequences extends AsyncDisposable {
  /** What `n` was, change by change, by `_id`: everything up to now. */
  seen(): Promise<ReadonlyMap<string, readonly number[]>>;
}

async function watchSequences(collection: Collection): Promise<WatchedSequences> {
  const stream = collection.watch();
  await stream.tryNext(); // the cursor is opened by the first read
  return {
    seen: async () => {
      const sequences = new Map<string, number[]>();
      await collection.insertOne({ _id: 'marker' as never });
      for (;;) {
        const event = await stream.next();
        if (!('documentKey' in event)) continue;
        const id = String(event.documentKey._id);
        if (id === 'marker') break;
        const n = numberIn(event);
        sequences.set(id, [...(sequences.get(id) ?? []), n]);
      }
      await collection.deleteOne({ _id: 'marker' as never });
      return sequences;
    },
    [Symbol.asyncDispose]: () => stream.close(),
  };
}

/** What made the document is an insert. */
function numberIn(event: object): number {
  const { fullDocument, updateDescription } = event as {
    readonly fullDocument?: { readonly n?: number };
    readonly updateDescription?: { readonly updatedFields?: { readonly n?: number } };
  };
  return updateDescription?.updatedFields?.n ?? fullDocument?.n ?? NaN;
}

/** How many different workers own partitions now. */
async function countOwners({ redisClient }: System): Promise<number> {
  const leases = await redisClient.keys(`{${REDIS_PREFIX}:p*}:l`);
  return new Set(await redisClient.mget(...leases)).size;
}
