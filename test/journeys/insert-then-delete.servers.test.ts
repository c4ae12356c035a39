import { failpoint, waitFor } from '@headrace/testkit';
import { expect, test } from 'vitest';
import { HttpCaller } from './http-caller.ts';
import { countQueued, expectBufferDrained } from './invariants/buffer-drained.ts';
import { readDeadLetters } from './invariants/stored-exactly-once.ts';
import { sendChange } from './keyed-change.ts';
import { CHANGED, META_DATABASE, REDIS_PREFIX, startSystem } from './start-system.ts';

const DOCUMENTS = 5;

test('a worker killed after an insert and its delete, before the release: the documents stay deleted', async () => {
  await using system = await startSystem();
  const { client, redisClient } = system;
  const gateway = await system.start('gateway');
  using http = new HttpCaller();
  const url = `${gateway.url}/v1/db/shop/${CHANGED.buffered}`;
  for (let n = 0; n < DOCUMENTS; n += 1) {
    const idempotencyKey = `order-${String(n)}`;
    const id = `d${String(n)}`;
    const insert = { method: 'POST', url, body: { _id: id, n }, idempotencyKey } as const;
    const remove = { method: 'DELETE', url: `${url}/${id}`, idempotencyKey: `not-${id}` } as const;
    for (const change of [insert, remove]) {
      const { status, text } = await sendChange(http, { ...change, tier: 'eventual' });
      expect(status, text).toBe(202);
    }
  }

  // Redis takes no more commands that write once the worker has read everything: so all of it is
  // applied, and nothing released.
  const held = await failpoint(client, { commands: ['commitTransaction'], blockMs: 2_000 });
  const dying = await system.start('worker');
  const count = async (kind: 's' | 't'): Promise<number> =>
    (await redisClient.keys(`{${REDIS_PREFIX}:p*}:${kind}:*`)).length;
  const hasRead = async (): Promise<boolean> => (await count('t')) === (await count('s'));
  await waitFor(hasRead, { what: 'the worker has read' });
  await redisClient.client('PAUSE', 60_000, 'WRITE');
  await held.clear();
  const ledger = client.db(META_DATABASE).collection('ledger');
  const isApplied = async (): Promise<boolean> =>
    (await ledger.countDocuments({ st: 'done' })) === 2 * DOCUMENTS;
  await waitFor(isApplied, { what: 'everything is applied' });
  await dying.kill();
  expect(await countQueued(redisClient)).toBe(2 * DOCUMENTS);
  await redisClient.client('UNPAUSE');

  await system.start('worker');
  await expectBufferDrained(system);
  expect(await client.db('shop').collection(CHANGED.buffered).find().toArray()).toEqual([]);
  expect([...(await readDeadLetters(system))]).toEqual([]);
});
