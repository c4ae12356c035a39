import { silentLog } from '@headrace/base';
import { freshDatabaseName, testMongo } from '@headrace/testkit';
import type { RunningServer } from '@headrace/local-servers';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chooseSender } from '../../src/send/choose-sender.ts';
import type { CommandOutcome, CommandSender, InsertCommand } from '../../src/send/command-port.ts';
import { RawInsertSender } from '../../src/send/raw-insert.ts';

let server: RunningServer;
let client: MongoClient;

beforeAll(async () => {
  server = await testMongo();
  client = new MongoClient(server.uri);
});
afterAll(async () => {
  await client.close();
  await server[Symbol.asyncDispose]();
});

async function choose(openRaw?: (of: MongoClient) => Promise<CommandSender>) {
  const warnings: string[] = [];
  const log = { ...silentLog, warn: (_: unknown, text: string) => void warnings.push(text) };
  const database = freshDatabaseName();
  const sender = await chooseSender({ client, database, log, ...(openRaw && { openRaw }) });
  const { path } = sender;
  const again = await chooseSender({ client, database, log, ...(openRaw && { openRaw }) });
  expect(again.path).toBe(path);
  await Promise.all([sender.stop(), again.stop()]);
  return { path, warnings };
}

test('the raw path works here, on the first start and the next, without a warning', async () => {
  expect(await choose()).toEqual({ path: 'raw', warnings: [] });
});

/** The raw path as it may be with another driver. */
function misbehaving(
  change: (raw: RawInsertSender, command: InsertCommand) => Promise<CommandOutcome>,
) {
  return (of: MongoClient): Promise<CommandSender> => {
    const raw = new RawInsertSender(of);
    return Promise.resolve({
      path: 'raw',
      insert: (command) => change(raw, command),
      change: (command) => raw.change(command),
      stop: () => raw.stop(),
    });
  };
}

const inserted: CommandOutcome = {
  kind: 'reply',
  inserted: 1,
  writeErrors: [],
  writeConcernError: undefined,
  tries: 1,
};

test.each([
  ['internals that have moved', () => Promise.reject(new Error('ERR_MODULE_NOT_FOUND'))],
  ['a sender that throws', misbehaving(() => Promise.reject(new TypeError('no such method')))],
  ['nothing stored', misbehaving(() => Promise.resolve(inserted))],
  [
    'write errors not told',
    misbehaving(async (raw, command) => {
      await raw.insert(command);
      return inserted;
    }),
  ],
  [
    'other bytes stored',
    misbehaving((raw, command) => {
      const [document = new Uint8Array()] = command.documents;
      const other = Uint8Array.from(document);
      other[other.length - 2] = 7; // the last value's highest byte
      return raw.insert({ ...command, documents: [other] });
    }),
  ],
])('%s: insertMany instead, with a warning', async (_, openRaw) => {
  const { path, warnings } = await choose(openRaw);
  expect(path).toBe('insertMany');
  expect(new Set(warnings)).toEqual(
    new Set(['the raw insert path does not work here; using insertMany']),
  );
});
