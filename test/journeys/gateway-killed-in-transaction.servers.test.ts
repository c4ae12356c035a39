import { failpoint, waitFor } from '@headrace/testkit';
import { MongoServerError, type MongoClient } from 'mongodb';
import { expect, test } from 'vitest';
import { HttpCaller, type Answer } from './http-caller.ts';
import { deliverChange } from './keyed-change.ts';
import { CHANGED, startSystem } from './start-system.ts';

const PATH = `/v1/db/shop/${CHANGED.direct}`;
const IDS = ['a', 'b', 'c', 'd'];
const CHANGES = 40;
const FREE_WITHIN_MS = 10_000;

test('a gateway killed inside its transactions: their documents are free within 10 s, nothing counts twice', async () => {
  await using system = await startSystem();
  const { client } = system;
  const changed = client.db('shop').collection<{ _id: string; n: number }>(CHANGED.direct);
  await changed.insertMany(IDS.map((_id) => ({ _id, n: 0 })));
  const [killed, other] = await Promise.all([system.start('gateway'), system.start('gateway')]);
  using http = new HttpCaller();
  const patch = (url: () => string, id: string, idempotencyKey: string): Promise<Answer> =>
    deliverChange(http, () => ({
      ...{ method: 'PATCH', url: `${url()}${PATH}/${id}`, idempotencyKey },
      body: { $inc: { n: 1 } },
    }));

  // No commit gets through, so whatever the gateway has begun stays open.
  const held = await failpoint(client, { commands: ['commitTransaction'], blockMs: 15_000 });
  let to = killed.url;
  const changesOf = (from: number, until: number): Promise<Answer>[] =>
    IDS.flatMap((id) =>
      Array.from({ length: until - from }, (_, n) =>
        patch(() => to, id, `${id}-${String(from + n)}`),
      ),
    );
  const begun = changesOf(0, 1);
  await waitFor(() => areAllHeld(client), {
    what: 'a transaction holds every document',
  });
  const load = [...begun, ...changesOf(1, CHANGES)];
  await killed.kill();
  to = other.url;
  await held.clear();
  const killedAt = performance.now();
  // The first change of each document that gets through tells when it was free.
  const firsts = await Promise.all(IDS.map((id) => patch(() => other.url, id, `first-${id}`)));
  expect(performance.now() - killedAt).toBeLessThan(FREE_WITHIN_MS);
  expect(firsts.map(({ status }) => status)).toEqual(IDS.map(() => 200));

  expect(new Set((await Promise.all(load)).map(({ status }) => status))).toEqual(new Set([200]));
  const stored = await changed.find().sort({ _id: 1 }).toArray();
  expect(stored).toEqual(IDS.map((_id) => ({ _id, n: CHANGES + 1 })));
});

/** Whether open transactions of others hold every document. */
async function areAllHeld(client: MongoClient): Promise<boolean> {
  for (const id of IDS) if (!(await isHeld(client, id))) return false;
  return true;
}

async function isHeld(client: MongoClient, id: string): Promise<boolean> {
  return await client.withSession(async (session) => {
    session.startTransaction();
    try {
      const changed = client.db('shop').collection<{ _id: string; n: number }>(CHANGED.direct);
      await changed.updateOne({ _id: id }, { $inc: { n: 1_000 } }, { session });
      return false;
    } catch (cause) {
      if (cause instanceof MongoServerError && cause.code === 112) return true;
      throw cause;
    } finally {
      await session.abortTransaction();
    }
  });
}
