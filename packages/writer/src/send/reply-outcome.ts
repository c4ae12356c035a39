import type { Document } from 'mongodb';
import type { ChangeOutcome, CommandOutcome, WriteError } from './command-port.ts';

/**
 * The outcome in a server's reply document to an insert command.
 * @param tries how often the driver tried, this reply being the last try's
 */
export function replyOutcome(reply: Document, tries: number | undefined): CommandOutcome {
  const writeConcernError = reply['writeConcernError'] as
    { code: number; errmsg: string } | undefined;
  return {
    kind: 'reply',
    inserted: Number(reply['n'] ?? 0),
    writeErrors: (reply['writeErrors'] as WriteError[] | undefined) ?? [],
    writeConcernError,
    tries,
  };
}

/** The outcome in a server's reply document to an update or delete command. */
export function changeOutcome(reply: Document): ChangeOutcome {
  const upserted = (reply['upserted'] ?? []) as readonly { readonly index: number }[];
  return {
    kind: 'reply',
    n: Number(reply['n'] ?? 0),
    modified: Number(reply['nModified'] ?? 0),
    upserted: new Set(upserted.map(({ index }) => index)),
    writeErrors: (reply['writeErrors'] ?? []) as readonly WriteError[],
    writeConcernError: reply['writeConcernError'] as { code: number; errmsg: string } | undefined,
  };
}
