import { silentLog, systemClock } from '@headrace/base';
import { openWriter, type WriteDesk } from '@headrace/writer';
import { MongoClient } from 'mongodb';
import type {
  DeadLetterRecordsPort,
  DeadLettersPort,
  ReplaysPort,
} from './accept/dead-letters-port.ts';
import { DeadLetterRecords } from './bury/dead-letter-records.ts';
import { DeadLetters } from './bury/dead-letters.ts';
import { LedgerMarks } from './bury/ledger-marks.ts';
import { LetterParts } from './bury/letter-parts.ts';
import { LetterStates } from './bury/letter-states.ts';
import { Replays } from './bury/replays.ts';
import type { Configuration } from './configuration-port.ts';

/** What keeps dead letters, over one client. */
export function openLetters(
  { client, transactions }: Pick<WriteDesk, 'client' | 'transactions'>,
  databaseName: string,
): { letters: DeadLetters; states: LetterStates; marks: LedgerMarks; parts: LetterParts } {
  const database = client.db(databaseName);
  const marks = new LedgerMarks(client, database);
  const parts = new LetterParts(client, database);
  const states = new LetterStates({ client, database, transactions, marks, parts });
  return { letters: new DeadLetters(client, database), states, marks, parts };
}

/** The dead letters of a process that has a writer already. */
export function deadLettersOf(
  desk: WriteDesk,
  { mongodb, collections }: Pick<Configuration, 'mongodb' | 'collections'>,
): DeadLettersPort {
  const { letters, states, marks } = openLetters(desk, mongodb.database);
  const records = new DeadLetterRecords(letters);
  const replays = new Replays({ letters, states, marks, desk, collections, clock: systemClock });
  return {
    list: (choice, page) => records.list(choice, page),
    show: (tenant, id) => records.show(tenant, id),
    discard: (tenant, id) => records.discard(tenant, id),
    replay: (choice) => replays.replay(choice),
  };
}

/** Something opened for a person at a terminal. */
export interface Opened<Part> {
  readonly part: Part;
  stop(): Promise<void>;
}

/** Connects to read and to discard dead letters; needs no writer. */
export function openDeadLetters({ mongodb }: Configuration): Opened<DeadLetterRecordsPort> {
  const client = new MongoClient(mongodb.uri, { maxPoolSize: 2, serverSelectionTimeoutMS: 5000 });
  const letters = new DeadLetters(client, client.db(mongodb.database));
  return { part: new DeadLetterRecords(letters), stop: () => client.close() };
}

/**
 * Opens a writer to replay dead letters with.
 * @throws HeadraceError `standalone-server`, `bad-deployment`; MongoError when it can't be reached
 */
export async function openReplays(configuration: Configuration): Promise<Opened<ReplaysPort>> {
  const { mongodb, collections, tiers } = configuration;
  const writer = await openWriter({ ...mongodb, collections, tiers, log: silentLog });
  return { part: deadLettersOf(writer, configuration), stop: () => writer.stop() };
}
