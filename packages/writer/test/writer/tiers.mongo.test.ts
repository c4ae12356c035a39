import { failpoint, testMongo, waitFor, wireProxy, type WireProxy } from '@headrace/testkit';
import type { RunningServer } from '@headrace/local-servers';
import { MongoClient } from 'mongodb';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { clearFailpoint, ending, endings, testWriter, type TestWriter } from './test-writer.ts';

let server: RunningServer;
let admin: MongoClient;

beforeAll(async () => {
  server = await testMongo();
  admin = new MongoClient(server.uri);
});
afterAll(async () => {
  await admin.close();
  await server[Symbol.asyncDispose]();
});
afterEach(() => clearFailpoint(admin));

const wtimeout = { code: 64, errmsg: 'waiting for replication timed out' };

describe('one member', () => {
  test('balanced is unsatisfiable: refused at once, nothing stored; strong goes on', async () => {
    await using desk = await testWriter({ uri: server.uri });
    await expect(desk.orders.insertOne({ n: 1 }, { tier: 'balanced' })).rejects.toMatchObject({
      code: 'tier-unsatisfiable',
      status: 503,
      retry: 'never',
      details: { tier: 'balanced', needed: 2, found: 1 },
    });
    const { receipt } = await desk.orders.insertOne({ n: 2 });
    expect(receipt).toMatchObject({
      tier: 'strong',
      guaranteed: { w: 'majority', j: 'requested', lowered: false },
    });
    expect(await desk.truth.distinct('n')).toEqual([2]);
  });

  test('allowed lower, it is lowered and the receipt says so', async () => {
    await using desk = await testWriter({ uri: server.uri, tiers: { allowLower: true } });
    const { receipt } = await desk.orders.insertOne({ n: 1 }, { tier: 'balanced' });
    expect(receipt).toMatchObject({
      tier: 'balanced',
      guaranteed: { w: 'majority', j: 'requested', lowered: true },
    });
  });

  test('eventual takes the other lane, and none is here', async () => {
    await using desk = await testWriter({ uri: server.uri });
    const insert = desk.orders.insertOne({ n: 1 }, { tier: 'eventual' });
    expect(await ending(insert)).toBe('400 lane-not-configured');
  });

  test('a write concern that fails for a while: applied only once a command confirms it', async () => {
    await using desk = await testWriter({ uri: server.uri });
    const key = { idempotencyKey: 'order 1' };
    await failpoint(admin, {
      commands: ['insert'],
      times: 3,
      writeConcernError: wtimeout,
    });
    expect(await ending(desk.orders.insertOne({ n: 1 }, key))).toBe('201');
    expect(await ending(desk.orders.insertOne({ n: 1 }, key))).toBe('201 replayed');
    expect(await desk.truth.countDocuments()).toBe(1);
  });

  test('a replay below its tier stays a replay when it is confirmed', async () => {
    await using desk = await testWriter({ uri: server.uri });
    await desk.orders.insertOne({ _id: 'a', n: 1 });
    await failpoint(admin, {
      commands: ['insert'],
      times: 2,
      writeConcernError: wtimeout,
    });
    expect(await ending(desk.orders.insertOne({ _id: 'a', n: 1 }))).toBe('201 replayed');
  });

  test('until the deadline: 504 below-tier at the deadline, never 2xx; later replayed', async () => {
    await using desk = await testWriter({ uri: server.uri });
    const key = { idempotencyKey: 'order 1' };
    {
      await using below = await failpoint(admin, {
        commands: ['insert'],
        writeConcernError: wtimeout,
      });
      await expect(
        desk.orders.insertOne({ n: 1 }, { ...key, deadlineMs: 300 }),
      ).rejects.toMatchObject({
        code: 'below-tier',
        status: 504,
        retry: 'same-key-only',
        details: { tier: 'strong', reason: wtimeout.errmsg },
      });
      expect(await ending(desk.orders.insertOne({ n: 1 }, key))).toBe(
        '409 idempotency-key-running',
      );
      await below.clear();
    }
    await waitFor(
      async () => (await ending(desk.orders.insertOne({ n: 1 }, key))) === '201 replayed',
      { what: 'the document is confirmed' },
    );
    expect(await desk.truth.countDocuments()).toBe(1);
  });
});

describe('three members, by stand-in', () => {
  let proxy: WireProxy;
  let desk: TestWriter;
  beforeEach(async () => {
    proxy = await wireProxy({ target: server });
    desk = await testWriter({ uri: proxy.uri, truthUri: server.uri });
  });
  afterEach(async () => {
    await desk[Symbol.asyncDispose]();
    await proxy.close();
  });

  const commandsOfOrders = () =>
    proxy.commands.filter(({ namespace }) => namespace === desk.namespace);

  test('every command carries the write concern of its tier, and tiers share none', async () => {
    const balanced = endings(desk.orders, [{ n: 1 }, { n: 2 }, { n: 3 }], { tier: 'balanced' });
    const strong = endings(desk.orders, [{ n: 4 }, { n: 5 }]);
    expect([...(await balanced), ...(await strong)]).toEqual(Array(5).fill('201'));
    const sent = commandsOfOrders().map(({ writeConcern }) => writeConcern);
    expect(sent).toHaveLength(2);
    expect(sent).toContainEqual({ w: 2, j: true, wtimeout: 5000 });
    expect(sent).toContainEqual({ w: 'majority', j: true, wtimeout: 5000 });
    const { receipt } = await desk.orders.insertOne({ n: 6 }, { tier: 'balanced' });
    expect(receipt.guaranteed).toEqual({ w: 2, j: 'requested', lowered: false });
  });

  test('the second member is down: no 2xx until it is back, and what confirms asks for it', async () => {
    proxy.secondMember('down');
    const late = desk.orders.insertOne({ n: 1 }, { tier: 'balanced', deadlineMs: 300 });
    expect(await ending(late)).toBe('504 below-tier');
    const patient = ending(desk.orders.insertOne({ _id: 'a', n: 2 }, { tier: 'balanced' }));
    await waitFor(async () => (await desk.truth.countDocuments()) === 2, {
      what: 'both are stored',
    });
    proxy.secondMember('up');
    expect(await patient).toBe('201');
    expect(
      new Set(commandsOfOrders().map(({ writeConcern }) => writeConcern?.['w'] as unknown)),
    ).toEqual(new Set([2]));
  });

  test('rolled back while below its tier and its _id taken by another: not believed', async () => {
    proxy.secondMember('down');
    const insert = ending(desk.orders.insertOne({ _id: 'a', n: 1 }));
    await waitFor(async () => (await desk.truth.countDocuments()) === 1, { what: 'it is stored' });
    await desk.truth.replaceOne({ _id: 'a' as never }, { n: 2 });
    proxy.secondMember('up');
    expect(await insert).toBe('409 duplicate');
  });

  test('rolled back while below its tier: stored again', async () => {
    proxy.secondMember('down');
    const insert = ending(desk.orders.insertOne({ n: 1 }));
    await waitFor(async () => (await desk.truth.countDocuments()) === 1, { what: 'it is stored' });
    await desk.truth.deleteMany({});
    proxy.secondMember('up');
    expect(await insert).toBe('201');
    expect(await desk.truth.countDocuments()).toBe(1);
  });
});
