import {
  MongoServerError,
  MongoWriteConcernError,
  type ClientSession,
  type MongoClient,
} from 'mongodb';
import { boundedCall } from '../clients/bounded-call-port.ts';

/**
 * How a commit ended. `committed`: at its write concern. `undone`: nothing of the transaction is
 * stored. `forgotten`: a later commit found no such transaction, or a newer one; a server may answer
 * so of one that it had committed. `given up`: not certain, at the end of the process.
 */
export type CommitEnd = 'committed' | 'undone' | 'forgotten' | 'given up';

/** What happens between one commit and the next. */
export interface CommitCourse {
  /** The commit is stored, though not at its tier yet; or its answer is missing. */
  readonly failed: (standing: 'stored' | 'maybe', reason: string) => void;
  /** A call was left behind: the session can't be used for another transaction. */
  readonly leftBehind: () => void;
  /** Resolves when it may be sent again; false at the end of the process. */
  readonly mayCommitAgain: (attempt: number) => Promise<boolean>;
}

const noSuchTransaction = 251;
const transactionTooOld = 225;

/**
 * Commits until it is certain how that ended: on the same session, beyond the deadlines of all
 * callers (protocol A10, C5). The driver sends a repeat with `w: majority`, which confirms any tier.
 */
export async function commitUntilCertain(
  client: MongoClient,
  session: ClientSession,
  course: CommitCourse,
): Promise<CommitEnd> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await boundedCall(client, () => session.commitTransaction());
      return 'committed';
    } catch (cause) {
      if (cause instanceof MongoWriteConcernError) course.failed('stored', cause.message);
      else {
        if (isGone(cause)) return attempt === 1 ? 'undone' : 'forgotten';
        course.failed('maybe', cause instanceof Error ? cause.message : String(cause));
        if (isLeftBehind(cause)) course.leftBehind();
      }
    }
    if (!(await course.mayCommitAgain(attempt))) return 'given up';
  }
}

/** Only a server says that there is no transaction: the driver labels network errors as it does. */
function isGone(cause: unknown): boolean {
  if (!(cause instanceof MongoServerError)) return false;
  return (
    cause.hasErrorLabel('TransientTransactionError') ||
    cause.code === noSuchTransaction ||
    cause.code === transactionTooOld
  );
}

/** Whether a call was ended by its bound: the driver may be at it still. */
export function isLeftBehind(cause: unknown): boolean {
  return cause instanceof Error && cause.name === 'AbortError';
}
