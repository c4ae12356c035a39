import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { silentLog, systemClock, type Clock } from '@headrace/base';
import type { RunningProcess, RunningServer } from '@headrace/local-servers';
import { freshDatabaseName, spawnProcess, testMongo, waitFor } from '@headrace/testkit';
import {
  MongoClient,
  MongoServerError,
  UUID,
  WriteConcern,
  type Binary,
  type Collection,
  type Document,
} from 'mongodb';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { OwnerRow } from '../../src/clients/owner-rows.ts';
import { Owners } from '../../src/clients/owners.ts';
import { SlotSessions } from '../../src/send/slot-sessions.ts';
import { openWriter } from '../../src/index.ts';

let server: RunningServer;
let client: MongoClient;
let name: string;
let rows: Collection<OwnerRow>;

beforeAll(async () => {
  server = await testMongo();
  client = new MongoClient(server.uri);
});
afterAll(async () => {
  await client.close();
  await server[Symbol.asyncDispose]();
});
beforeEach(async () => {
  name = freshDatabaseName();
  rows = client.db(name).collection<OwnerRow>('owners');
  await orders().insertOne({ _id: 1 as never, n: 0 });
});

function orders(): Collection {
  return client.db(name).collection('orders');
}

/** A process of its own in all but its pid: client, session, registration. */
async function openProcess(clock: Clock = systemClock) {
  const own = new MongoClient(server.uri);
  const sessions = new SlotSessions(own, ['strong/0']);
  const ids: Binary[] = [...sessions.ids()];
  const owners = await Owners.open({
    ...{ client: own, database: name, sessions: ids, clock, log: silentLog },
  });
  const session = sessions.of('strong/0');
  return {
    owners,
    sessions: ids,
    /** Leaves a transaction open that holds document 1. */
    hold: async (): Promise<void> => {
      session.startTransaction();
      const filter = { _id: 1 as never };
      const held = own.db(name).collection('orders');
      await held.updateOne(filter, { $inc: { n: 1 } }, { session });
    },
    commit: () => session.commitTransaction(),
    [Symbol.asyncDispose]: async (): Promise<void> => {
      await sessions.end();
      await owners.stop();
      await own.close();
    },
  };
}

function holdingProcess(): Promise<RunningProcess> {
  return spawnProcess({
    entry: fileURLToPath(new URL('hold-document.ts', import.meta.url)),
    args: [server.uri, name],
    ready: /holds (\S+)/,
  });
}

/** Adds 10 to document 1 under the same write id, as soon as nobody holds it. */
async function addTen(): Promise<void> {
  const change = async (): Promise<void> => {
    await client.withSession(async (session) => {
      session.startTransaction({ writeConcern: new WriteConcern('majority', undefined, true) });
      await orders().updateOne({ _id: 1 as never }, { $inc: { n: 10 } }, { session });
      const ledger = client.db(name).collection('ledger');
      await ledger.insertOne({ _id: 'w1' as never }, { session });
      await session.commitTransaction();
    });
  };
  const isDone = async (): Promise<boolean> => {
    try {
      await change();
      return true;
    } catch (cause) {
      if (!(cause instanceof MongoServerError) || cause.code !== 112) throw cause;
      await delay(20);
      return false;
    }
  };
  await waitFor(isDone, { what: 'the document is free', deadlineMs: 10_000 });
}

function hex(id: Binary): string {
  return id.toString('hex');
}

async function stored(): Promise<Document | null> {
  return await orders().findOne({}, { projection: { _id: 0 } });
}

/** Makes a row look as if its process had said nothing for a minute. */
async function makeStale(owners: Owners): Promise<void> {
  const beat = new Date(Date.now() - 60_000);
  await rows.updateOne({ _id: owners.processId }, { $set: { beat } });
}

test('a process killed inside a transaction: its documents are free within 10 s', async () => {
  await using rescuer = await openProcess();
  const dead = await holdingProcess();
  await dead.kill();
  const diedAtMs = performance.now();
  await addTen();
  expect(performance.now() - diedAtMs).toBeLessThan(10_000);
  expect(await stored()).toEqual({ n: 10 });
  expect((await rows.find().toArray()).map(({ _id }) => _id)).toEqual([rescuer.owners.processId]);
}, 30_000);

test('one stopped so long that it is taken for dead applies nothing twice when it wakes', async () => {
  await using rescuer = await openProcess();
  await using stopped = await holdingProcess();
  const lines: string[] = [];
  stopped.watchLines((line) => lines.push(line));
  stopped.pause();
  await addTen();
  expect((await rows.find().toArray()).map(({ _id }) => _id)).toEqual([rescuer.owners.processId]);
  stopped.resume();
  process.kill(stopped.pid, 'SIGUSR1');
  await waitFor(() => lines.some((line) => line.startsWith('ended')), { what: 'it has ended' });
  // The commit finds its transaction gone, the next try its write recorded.
  expect(lines).toEqual(['commit failed 251', 'ended recorded']);
  expect(await stored()).toEqual({ n: 10 });
  const processId = stopped.captured[0];
  const known = (await rows.find().toArray()).map(({ _id }) => _id.toString());
  expect(known).toContain(processId);
  expect(await stopped.stop()).toEqual({ code: 0, signal: null });
  expect(await rows.countDocuments()).toBe(1);
}, 30_000);

test('two that rescue at once do no harm, nor to a process that lives', async () => {
  await using living = await openProcess();
  await using dead = await openProcess();
  await using one = await openProcess();
  await using two = await openProcess();
  await living.hold();
  await makeStale(dead.owners);
  const ended = await Promise.all([
    one.owners.killSessionsOfDead(),
    two.owners.killSessionsOfDead(),
  ]);
  expect(Math.max(...ended)).toBe(1);
  expect(await rows.countDocuments({ _id: dead.owners.processId })).toBe(0);
  await living.commit();
  expect(await stored()).toEqual({ n: 1 });
});

test('who meets a conflict looks for the dead at once, not with the next beat', async () => {
  await using dead = await openProcess();
  await dead.hold();
  await makeStale(dead.owners);
  await using rescuer = await openProcess();
  rescuer.owners.noteConflict();
  const isGone = async (): Promise<boolean> =>
    (await rows.countDocuments({ _id: dead.owners.processId })) === 0;
  await waitFor(isGone, { what: 'the dead one is off the record', deadlineMs: 1_000 });
  await expect(dead.commit()).rejects.toMatchObject({ code: 251 });
});

test('a row without sessions, once stale, costs nobody its transaction', async () => {
  await using living = await openProcess();
  await using dead = await openProcess();
  await using rescuer = await openProcess();
  await rows.updateOne({ _id: dead.owners.processId }, { $set: { sessions: [] } });
  await makeStale(dead.owners);
  await living.hold();
  expect(await rescuer.owners.killSessionsOfDead()).toBe(1);
  await living.commit();
  expect(await stored()).toEqual({ n: 1 });
});

test('a process whose row is gone is registered again before its next transaction', async () => {
  let aheadMs = 0;
  const clock = {
    monotonicMs: () => performance.now() + aheadMs,
    epochMs: () => Date.now(),
  };
  await using woken = await openProcess(clock);
  await rows.deleteMany({});
  await woken.owners.register();
  expect(await rows.countDocuments()).toBe(0); // known to be fresh: nothing is asked
  aheadMs = 4_000;
  await woken.owners.register();
  expect(await rows.countDocuments({ _id: woken.owners.processId })).toBe(1);
});

test('a session that is new is registered before its first transaction', async () => {
  await using grown = await openProcess();
  grown.sessions.push(new UUID());
  await grown.owners.register();
  const row = await rows.findOne({ _id: grown.owners.processId });
  expect(row?.sessions.map(hex)).toEqual(grown.sessions.map(hex));
});

test('a new owner of a partition ends the transactions of the one that lost it', async () => {
  await using former = await openProcess();
  await using next = await openProcess();
  await former.owners.takeOver([3, 4]);
  await former.hold();
  await next.owners.takeOver([4]);
  await expect(former.commit()).rejects.toMatchObject({ code: 251 });
  expect((await rows.findOne({ _id: next.owners.processId }))?.partitions).toEqual([4]);
  // It lives, so its row is its own affair.
  expect((await rows.findOne({ _id: former.owners.processId }))?.partitions).toEqual([3, 4]);
});

test('handed over in peace, a partition costs its former owner nothing', async () => {
  await using former = await openProcess();
  await using next = await openProcess();
  await former.owners.takeOver([3, 4]);
  await former.owners.handBack([4]);
  await former.hold();
  await next.owners.takeOver([4]);
  await former.commit();
  expect(await stored()).toEqual({ n: 1 });
});

test('a writer registers its sessions before its first write, and leaves when it stops', async () => {
  const writer = await openWriter({ uri: server.uri, database: name, collections: {} });
  const [row] = await rows.find().toArray();
  expect(row?.sessions.length).toBeGreaterThan(0);
  await writer.stop();
  expect(await rows.countDocuments()).toBe(0);
});
