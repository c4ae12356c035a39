import { setTimeout as delay } from 'node:timers/promises';
import { MongoError, type ClientSession, type MongoClient } from 'mongodb';
import { writeConcern } from './record-write-concern.ts';

const maxTries = 5;
const pauseMs = 20;

/**
 * Runs `work` in a transaction, again when somebody else was in its way. The driver's core API:
 * its helper repeats for two minutes, and whoever calls this repeats already.
 * @returns what `work` returns; `false` from it takes everything back
 * @throws MongoError; then it is not known whether it was committed
 */
export async function inTransaction(
  client: MongoClient,
  work: (session: ClientSession) => Promise<boolean>,
): Promise<boolean> {
  const session = client.startSession();
  try {
    for (let tries = 1; ; tries += 1) {
      try {
        session.startTransaction({ writeConcern });
        const isWanted = await work(session);
        if (isWanted) await session.commitTransaction();
        return isWanted;
      } catch (cause) {
        const isPassing =
          cause instanceof MongoError && cause.hasErrorLabel('TransientTransactionError');
        if (!isPassing || tries === maxTries) throw cause;
        if (session.inTransaction()) await session.abortTransaction();
        await delay(pauseMs * tries * (0.5 + Math.random()));
      }
    }
  } finally {
    // Aborts what was not committed.
    await session.endSession();
  }
}
