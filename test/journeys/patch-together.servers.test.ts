import { expect, test } from 'vitest';
import { HttpCaller } from './http-caller.ts';
import { sendChange } from './keyed-change.ts';
import { CHANGED, startSystem } from './start-system.ts';

const PATH = `/v1/db/shop/${CHANGED.direct}`;
const KEYS = 40;
const DOCUMENTS = 4;
const CALLERS = 12;
const CHANGES = 15;

test('one patch at two gateways at once counts once, and both are answered alike', async () => {
  await using system = await startSystem();
  const gateways = await Promise.all([system.start('gateway'), system.start('gateway')]);
  using http = new HttpCaller();
  const changed = system.client.db('shop').collection<{ _id: string; n: number }>(CHANGED.direct);
  const ids = Array.from({ length: DOCUMENTS }, (_, at) => `d${String(at)}`);
  await changed.insertMany(ids.map((_id) => ({ _id, n: 0 })));

  const pairs = await Promise.all(
    Array.from({ length: KEYS }, (_, key) =>
      Promise.all(
        gateways.map(({ url }) =>
          sendChange(http, {
            method: 'PATCH',
            url: `${url}${PATH}/${ids[key % DOCUMENTS] ?? ''}`,
            idempotencyKey: `both-${String(key)}`,
            body: { $inc: { n: 1 } },
          }),
        ),
      ),
    ),
  );
  for (const pair of pairs) {
    for (const { status, text, body } of pair) {
      expect(status, text).toBe(200);
      expect(body).toMatchObject({ state: 'applied', matched: 1, modified: 1 });
    }
    expect(pair.map(({ body }) => body['replayed']).sort()).toEqual([false, true]);
  }
  const stored = await changed.find().sort({ _id: 1 }).toArray();
  expect(stored).toEqual(ids.map((_id) => ({ _id, n: KEYS / DOCUMENTS })));
});

test('a hot document under two gateways: both make progress, no increment is lost', async () => {
  await using system = await startSystem();
  const gateways = await Promise.all([system.start('gateway'), system.start('gateway')]);
  using http = new HttpCaller();
  const changed = system.client.db('shop').collection<{ _id: string; n: number }>(CHANGED.direct);
  await changed.insertOne({ _id: 'hot', n: 0 });

  const call = async (at: number, caller: number): Promise<void> => {
    const url = `${gateways[at]?.url ?? ''}${PATH}/hot`;
    for (let n = 0; n < CHANGES; n += 1) {
      const idempotencyKey = `${String(at)}-${String(caller)}-${String(n)}`;
      const body = { $inc: { n: 1 } };
      // Nobody is turned away or waits until its deadline.
      const answer = await sendChange(http, { method: 'PATCH', url, idempotencyKey, body });
      expect(answer, answer.text).toMatchObject({ status: 200, body: { modified: 1 } });
    }
  };
  await Promise.all(
    [0, 1].flatMap((at) => Array.from({ length: CALLERS }, (_, caller) => call(at, caller))),
  );
  expect(await changed.findOne()).toEqual({ _id: 'hot', n: 2 * CALLERS * CHANGES });
});
