import { MongoError } from 'mongodb';

/** Thrown while a connection is checked out, before anything is written to it; not exported. */
const checkOutErrors = new Set(['MongoWaitQueueTimeoutError', 'MongoPoolClearedError']);

/**
 * Whether a failed command is certain not to have reached a server that acted on it. A wrong yes
 * tells a caller "not written" of a write that is there; a wrong no costs a 504 where a 503 would
 * have done. So everything that is not proven counts as sent; above all a failure to find a server,
 * which the driver reports alike when it happens before its second try.
 * @param tries how often the driver tried; it hides the first failure behind the second. Undefined
 * where it is not known
 */
export function isCertainlyUnsent(cause: unknown, tries: number | undefined): boolean {
  if (tries === 0) return true;
  if (!(cause instanceof MongoError)) return false;
  if (checkOutErrors.has(cause.name)) return tries === 1;
  return cause.hasErrorLabel('NoWritesPerformed');
}
