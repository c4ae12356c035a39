import type { Collection } from 'mongodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HttpCaller, type Answer } from './http-caller.ts';
import { expectBufferDrained } from './invariants/buffer-drained.ts';
import { readDeadLetters } from './invariants/stored-exactly-once.ts';
import { sendChange, type KeyedChange } from './keyed-change.ts';
import { CHANGED, META_DATABASE, REDIS_PREFIX, startSystem, type System } from './start-system.ts';

// An idempotency key that comes back after other writes, within its window and after it.
let system: System;
let gatewayUrl: string;
const http = new HttpCaller();

beforeAll(async () => {
  system = await startSystem();
  const [gateway] = await Promise.all([system.start('gateway'), system.start('worker')]);
  gatewayUrl = gateway.url;
});
afterAll(async () => {
  http[Symbol.dispose]();
  await system[Symbol.asyncDispose]();
});

/** As time does: the rows of the ledger after 25 hours, the claims after 15 minutes. */
async function forget(what: { readonly ledger: boolean }): Promise<void> {
  const claims = await system.redisClient.keys(`{${REDIS_PREFIX}:p*}:c:*`);
  if (claims.length > 0) await Promise.all(claims.map((claim) => system.redisClient.del(claim)));
  if (what.ledger) await system.client.db(META_DATABASE).collection('ledger').deleteMany({});
}

describe.each(['direct', 'buffered'] as const)('in the %s lane', (lane) => {
  const added = { $inc: { n: 1 } };
  const collection = (): Collection<{ _id: string; n: number }> =>
    system.client.db('shop').collection(CHANGED[lane]);

  /** Sends it, and waits until the worker is done with it. */
  async function send(
    method: KeyedChange['method'],
    id: string,
    { key, body }: { readonly key: string; readonly body?: object },
  ): Promise<Answer> {
    const target = method === 'POST' ? '' : `/${id}`;
    const url = `${gatewayUrl}/v1/db/shop/${CHANGED[lane]}${target}`;
    const idempotencyKey = `${id}-${key}`;
    const tier = lane === 'direct' ? 'strong' : 'eventual';
    const change = {
      method,
      url,
      idempotencyKey,
      tier,
      ...(body !== undefined && { body }),
    } as const;
    const answer = await sendChange(http, change);
    await expectBufferDrained(system);
    return answer;
  }

  const taken = lane === 'direct' ? { patch: 200, insert: 201 } : { patch: 202, insert: 202 };

  test('a patch again after a later patch and after a delete is replayed and changes nothing', async () => {
    const id = 'again';
    await collection().insertOne({ _id: id, n: 0 });
    const patch = (): Promise<Answer> => send('PATCH', id, { key: 'patch', body: added });
    const replayed = { status: taken.patch, body: { replayed: true } };
    expect(await patch()).toMatchObject({ status: taken.patch, body: { replayed: false } });
    await send('PATCH', id, { key: 'later', body: { $set: { n: 10 } } });
    expect(await patch()).toMatchObject(replayed);
    expect(await collection().findOne({ _id: id })).toEqual({ _id: id, n: 10 });
    await send('DELETE', id, { key: 'delete' });
    expect(await patch()).toMatchObject(replayed);
    expect(await collection().findOne({ _id: id })).toBeNull();
    expect([...(await readDeadLetters(system))]).toEqual([]);
  });

  test('an insert again after its document was deleted does not bring it back', async () => {
    const id = 'inserted';
    const insert = (): Promise<Answer> => send('POST', id, { key: 'x', body: { _id: id, n: 0 } });
    expect(await insert()).toMatchObject({ status: taken.insert, body: { replayed: false } });
    await send('DELETE', id, { key: 'delete' });
    expect(await insert()).toMatchObject({ status: taken.insert, body: { replayed: true } });
    await forget({ ledger: false });
    expect(await insert()).toMatchObject({ status: taken.insert });
    expect(await collection().findOne({ _id: id })).toBeNull();
    expect([...(await readDeadLetters(system))]).toEqual([]);
  });

  test('forgotten by Redis, remembered by the ledger: a patch again changes nothing', async () => {
    const id = 'remembered';
    await collection().insertOne({ _id: id, n: 0 });
    const patch = (): Promise<Answer> => send('PATCH', id, { key: 'patch', body: added });
    await patch();
    await forget({ ledger: false });
    expect(await patch()).toMatchObject({ status: taken.patch });
    expect(await collection().findOne({ _id: id })).toEqual({ _id: id, n: 1 });
  });

  test('after its window a patch under the same key is a new write', async () => {
    const id = 'expired';
    await collection().insertOne({ _id: id, n: 0 });
    const patch = (): Promise<Answer> => send('PATCH', id, { key: 'patch', body: added });
    await patch();
    await forget({ ledger: true });
    expect(await patch()).toMatchObject({ status: taken.patch, body: { replayed: false } });
    expect(await collection().findOne({ _id: id })).toEqual({ _id: id, n: 2 });
    // And from now on it has its window again.
    expect(await patch()).toMatchObject({ status: taken.patch, body: { replayed: true } });
    expect(await collection().findOne({ _id: id })).toEqual({ _id: id, n: 2 });
  });
});
