import { failpoint, freshDatabaseName, testMongo } from '@headrace/testkit';
import type { RunningServer } from '@headrace/local-servers';
import {
  BSON,
  Decimal128,
  Long,
  MongoClient,
  ObjectId,
  Timestamp,
  UUID,
  type Document,
} from 'mongodb';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { PendingWrite } from '../../src/gather/pending-write-port.ts';
import type { Verdict } from '../../src/gather/write-port.ts';
import { Judge } from '../../src/judge/judge.ts';
import type { CommandOutcome, CommandSender } from '../../src/send/command-port.ts';
import { InsertManySender } from '../../src/send/insert-many.ts';
import type { Judgement } from '../../src/send/judge-port.ts';
import { RawInsertSender } from '../../src/send/raw-insert.ts';
import type { TierConcern } from '../../src/send/tier-concern-port.ts';
import { canonicalId } from '../../src/encode/canonical-id.ts';
import { idOfDocument } from '../../src/encode/id-of-document.ts';
import { clearFailpoint } from '../writer/test-writer.ts';
import { someWrite } from '../gather/some-write.ts';

const concern: TierConcern = {
  w: 'majority',
  j: true,
  wtimeoutMs: 5000,
  guarantee: { w: 'majority', j: 'requested', lowered: false },
};

let server: RunningServer;
let client: MongoClient;
let database: string;

beforeAll(async () => {
  server = await testMongo();
});
afterAll(() => server[Symbol.asyncDispose]());
beforeEach(async () => {
  client = new MongoClient(server.uri);
  database = freshDatabaseName();
  await client.db(database).createCollection('orders', {
    validator: { $jsonSchema: { properties: { n: { bsonType: ['int', 'null'] } } } },
  });
  await client
    .db(database)
    .collection('orders')
    .createIndex({ sku: 1 }, { unique: true, sparse: true }, {});
});
afterEach(async () => {
  await clearFailpoint(client);
  await client.close();
});

/** One attempt with these documents: what the sender told, and what the judge made of it. */
async function attempt(
  sender: CommandSender,
  documents: readonly Document[],
): Promise<{ outcome: CommandOutcome; judgement: Judgement; endings: (string | undefined)[] }> {
  const namespace = `${database}.orders`;
  const writes = documents.map((document) => {
    const bytes = BSON.serialize(document);
    return new PendingWrite(
      someWrite({ namespace, document: bytes, canonicalId: canonicalId(idOfDocument(bytes)) }),
      undefined,
      () => {},
    );
  });
  const outcome = await sender.insert({
    namespace,
    documents: writes.map(({ write }) => write.document),
    concern,
    session: 'strong/0',
  });
  const judgement = await new Judge(client).judge({ namespace, writes, concern, outcome });
  return { outcome, judgement, endings: writes.map((_, at) => ending(judgement.verdicts[at])) };
}

function ending(verdict: Verdict | undefined): string | undefined {
  if (verdict === undefined) return undefined;
  if (verdict.state === 'applied') return verdict.replayed ? 'replayed' : 'applied';
  const { index } = verdict.error.details as { index?: string };
  return [verdict.state, verdict.error.code, index].filter(Boolean).join(' ');
}

describe.each([
  ['raw', (of: MongoClient) => new RawInsertSender(of)],
  ['insertMany', (of: MongoClient) => new InsertManySender(of)],
])('%s', (path, open) => {
  let sender: CommandSender;
  beforeEach(() => {
    sender = open(client);
  });
  afterEach(() => sender.stop());

  const threeWays = [
    { _id: 1, n: 'invalid' },
    { _id: 'taken', n: 2 },
    { _id: 'other', n: 3, sku: 'taken' },
    { _id: 4, n: 4 },
  ];
  beforeEach(async () => {
    const taken = { _id: 'taken' as never, n: 1, sku: 'taken' };
    await client.db(database).collection('orders').insertOne(taken);
  });

  test('says which way it is', () => {
    expect(sender.path).toBe(path);
  });

  test('invalid, duplicate _id, duplicate elsewhere and good: each its own verdict', async () => {
    const { endings } = await attempt(sender, threeWays);
    expect(endings).toEqual([
      'rejected document-refused',
      'rejected duplicate _id_',
      'rejected duplicate sku_1',
      'applied',
    ]);
  });

  test('the same with a write-concern error: the refused ones keep theirs, the good one is open', async () => {
    await failpoint(client, {
      commands: ['insert'],
      times: 1,
      writeConcernError: { code: 64, errmsg: 'waiting for replication timed out' },
    });
    const { endings, judgement } = await attempt(sender, threeWays);
    expect(endings).toEqual([
      'rejected document-refused',
      'rejected duplicate _id_',
      'rejected duplicate sku_1',
      undefined,
    ]);
    expect(judgement.reason).toBe('waiting for replication timed out');
    expect(await client.db(database).collection('orders').countDocuments({ n: 4 })).toBe(1);
  });

  test('a write-concern error alone settles nothing', async () => {
    await failpoint(client, {
      commands: ['insert'],
      times: 1,
      writeConcernError: { code: 64, errmsg: 'waiting for replication timed out' },
    });
    const { endings } = await attempt(sender, [{ _id: 1 }, { _id: 2 }]);
    expect(endings).toEqual([undefined, undefined]);
  });

  test('a command refused as a whole is told as such, to be split', async () => {
    await failpoint(client, { commands: ['insert'], times: 1, errorCode: 2 });
    const { judgement } = await attempt(sender, [{ _id: 1 }, { _id: 2 }]);
    expect(judgement).toMatchObject({ split: true });
  });

  test('a command refused for the user’s rights is refused for each, without a split', async () => {
    await failpoint(client, { commands: ['insert'], times: 1, errorCode: 13 });
    const { judgement, endings } = await attempt(sender, [{ _id: 1 }, { _id: 2 }]);
    expect(judgement.split).toBe(false);
    expect(endings).toEqual(Array(2).fill('not-written no-permission'));
  });

  test('a connection that closes leaves everything open and possible', async () => {
    await failpoint(client, { commands: ['insert'], closeConnection: true });
    const { outcome, endings } = await attempt(sender, [{ _id: 1 }]);
    expect(outcome).toMatchObject({ kind: 'failure', neverSent: false });
    expect(endings).toEqual([undefined]);
  });

  test('documents are stored byte for byte', async () => {
    const document = {
      _id: new ObjectId(),
      total: Decimal128.fromString('19.90'),
      long: Long.fromNumber(1),
      double: 1.5,
      nan: NaN,
      uuid: new UUID(),
      at: new Date(0),
      clock: new Timestamp({ t: 1, i: 2 }),
      pattern: /a/i,
      bytes: Buffer.from('abc'),
      nested: { list: [1, null, { empty: {} }] },
    };
    const { endings } = await attempt(sender, [document]);
    expect(endings).toEqual(['applied']);
    const stored = await client
      .db(database)
      .collection('orders')
      .findOne<Buffer>({ _id: document._id }, { raw: true });
    expect(Buffer.from(stored ?? [])).toEqual(Buffer.from(BSON.serialize(document)));
  });
});

test('no server to be found after a first try that was sent: insertMany does not say never sent', async () => {
  const own = await testMongo();
  const impatient = new MongoClient(own.uri, {
    serverSelectionTimeoutMS: 500,
    monitorCommands: true,
  });
  const started = new Promise<void>((resolve) => {
    impatient.on('commandStarted', ({ commandName }) => {
      if (commandName === 'insert') resolve();
    });
  });
  const sender = new InsertManySender(impatient);
  await failpoint(impatient, { commands: ['insert'], blockMs: 10_000 });
  const lost = sender.insert({
    namespace: `${database}.orders`,
    documents: [BSON.serialize({ _id: 1 })],
    concern,
    session: 'strong/0',
  });
  await started;
  await own.kill();
  const outcome = await lost;
  expect(outcome).toMatchObject({ kind: 'failure', neverSent: false });
  await impatient.close();
  await own[Symbol.asyncDispose]();
});
