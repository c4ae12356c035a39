import type { Document } from 'mongodb';
import type { CommandOutcome, WriteError } from './command-port.ts';

/** The outcome in a server's reply document to an insert command. */
export function replyOutcome(reply: Document): CommandOutcome {
  const writeConcernError = reply['writeConcernError'] as
    { code: number; errmsg: string } | undefined;
  return {
    kind: 'reply',
    inserted: Number(reply['n'] ?? 0),
    writeErrors: (reply['writeErrors'] as WriteError[] | undefined) ?? [],
    writeConcernError,
  };
}
