import { MongoClient } from 'mongodb';
import { localServerErrors } from '../errors.ts';

/** Name of the one-member set made on a real mongod. */
export const REPLICA_SET = 'headrace';

const PRIMARY_WITHIN_MS = 30_000;
const POLL_EVERY_MS = 50;
/** MongoDB's "AlreadyInitialized": the folder has been used before. */
const ALREADY_INITIALIZED = 23;

/**
 * Initiates the one-member set if the folder is new, and waits until the member is primary.
 * @throws replica-set-not-ready
 */
export async function makePrimary(port: number): Promise<void> {
  const uri = `mongodb://127.0.0.1:${port}/?directConnection=true`;
  const client = new MongoClient(uri);
  try {
    const admin = client.db('admin');
    const members = [{ _id: 0, host: `127.0.0.1:${port}` }];
    await admin
      .command({ replSetInitiate: { _id: REPLICA_SET, members } })
      .catch((cause: unknown) => {
        if ((cause as { code?: unknown }).code !== ALREADY_INITIALIZED) throw cause;
      });
    const deadline = performance.now() + PRIMARY_WITHIN_MS;
    while ((await admin.command({ hello: 1 }))['isWritablePrimary'] !== true) {
      if (performance.now() > deadline) {
        throw localServerErrors.create('replica-set-not-ready', {
          uri,
          deadlineMs: PRIMARY_WITHIN_MS,
        });
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_EVERY_MS));
    }
  } finally {
    await client.close();
  }
}
