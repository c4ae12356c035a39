import { BSON, type MongoClient } from 'mongodb';
import type { Log } from '@headrace/base';
import type { CommandOutcome, CommandSender, InsertCommand } from './command-port.ts';
import { InsertManySender } from './insert-many.ts';
import type { SlotSessions } from './slot-sessions.ts';

export interface ChooseSenderOptions {
  readonly client: MongoClient;
  /** Headrace's own database; the trial writes one document there. */
  readonly database: string;
  readonly log: Log;
  /** The sessions that are known to others too; sessions of its own unless told. */
  readonly sessions?: SlotSessions;
  /** Opens the raw path; `openRawPath` unless told. */
  readonly openRaw?: (client: MongoClient, sessions?: SlotSessions) => Promise<CommandSender>;
}

/** Loads the driver's internals, which throws when they have moved. */
async function openRawPath(client: MongoClient, sessions?: SlotSessions): Promise<CommandSender> {
  const { RawInsertSender } = await import('./raw-insert.ts');
  return new RawInsertSender(client, sessions);
}

/**
 * Tries the raw path against the real server before it is trusted: the same document twice, then
 * read back. Anything unexpected, and the driver's public call is used instead.
 */
export async function chooseSender(options: ChooseSenderOptions): Promise<CommandSender> {
  const { client, log, sessions, openRaw = openRawPath } = options;
  let raw: CommandSender | undefined;
  let trouble: string | undefined;
  try {
    raw = await openRaw(client, sessions);
    trouble = await tryRawPath(raw, options);
  } catch (cause) {
    trouble = String(cause);
  }
  if (raw !== undefined && trouble === undefined) return raw;
  log.warn({ trouble }, 'the raw insert path does not work here; using insertMany');
  await raw?.stop();
  return new InsertManySender(client, sessions);
}

async function tryRawPath(
  raw: CommandSender,
  { client, database }: ChooseSenderOptions,
): Promise<string | undefined> {
  const collection = 'startup';
  const document = BSON.serialize({ _id: 'raw insert', round: new BSON.Int32(1) });
  const command: InsertCommand = {
    namespace: `${database}.${collection}`,
    documents: [document],
    concern: {
      w: 'majority',
      j: true,
      wtimeoutMs: 5000,
      guarantee: { w: 'majority', j: 'requested', lowered: false },
    },
    session: 'trial',
  };
  const first = await raw.insert(command);
  if (!isInserted(first) && !isDuplicate(first)) return describe(first);
  const second = await raw.insert(command);
  if (!isDuplicate(second)) return `the same document twice: ${describe(second)}`;
  const stored = await client
    .db(database)
    .collection<{ _id: string }>(collection)
    .findOne<Uint8Array>({ _id: 'raw insert' }, { raw: true });
  return stored !== null && Buffer.from(stored).equals(document)
    ? undefined
    : 'the document read back differs from the one sent';
}

function isInserted(outcome: CommandOutcome): boolean {
  return outcome.kind === 'reply' && outcome.inserted === 1 && outcome.writeErrors.length === 0;
}

function isDuplicate(outcome: CommandOutcome): boolean {
  if (outcome.kind !== 'reply' || outcome.inserted !== 0) return false;
  const [error] = outcome.writeErrors;
  return error?.index === 0 && error.code === 11000;
}

function describe(outcome: CommandOutcome): string {
  return outcome.kind === 'failure' ? String(outcome.cause) : JSON.stringify(outcome);
}
