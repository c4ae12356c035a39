import { MongoError, MongoServerSelectionError } from 'mongodb';

/** Thrown while a connection is checked out, before anything is written to it; not exported. */
const checkOutErrors = new Set(['MongoWaitQueueTimeoutError', 'MongoPoolClearedError']);

/**
 * Whether a failed command is certain not to have reached a server that acted on it. A wrong yes
 * tells a caller "not written" of a write that is there; a wrong no costs a 504 where a 503 would
 * have done. So everything that is not proven counts as sent.
 * @param attemptsMade how often the driver tried; it hides the first failure behind the second
 */
export function isCertainlyUnsent(cause: unknown, attemptsMade: number | undefined): boolean {
  if (cause instanceof MongoServerSelectionError) return (attemptsMade ?? 0) === 0;
  if (!(cause instanceof MongoError)) return false;
  if (checkOutErrors.has(cause.name)) return attemptsMade === 1;
  return cause.hasErrorLabel('NoWritesPerformed');
}
