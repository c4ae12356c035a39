import { conditionOf } from '../encode/bson-port.ts';
import type { PendingWrite } from '../gather/pending-write-port.ts';
import type { ChangeResult, Verdict, Write } from '../gather/write-port.ts';
import type { ChangeOutcome, CommandSender } from './command-port.ts';
import { deleteStatement, updateStatement } from './statement-bytes.ts';
import type { TierConcern } from './tier-concern-port.ts';

export interface BareChange {
  readonly sender: CommandSender;
  readonly session: string;
  readonly pending: PendingWrite;
  readonly concern: TierConcern;
}

/**
 * What came of a bare change. `other way`: no document was matched, and only a transaction tells
 * why; or it was refused, as it will be there.
 */
export type BareEnd =
  | { readonly kind: 'applied'; readonly verdict: Verdict }
  | { readonly kind: 'other way' }
  | { readonly kind: 'open'; readonly reason: string };

/** Whether a change can go as a command of its own: nothing is to be recorded with it. */
export function mayGoBare({ op, ledgered, upsert, document }: Write): boolean {
  if (op === 'insert' || ledgered) return false;
  // Where there is nothing, the fields of a condition would go into what an upsert inserts.
  return !upsert || op === 'replace' || conditionOf(document) === undefined;
}

/** Sends a lone change as a retryable write: one round trip instead of four. */
export async function sendBare(change: BareChange): Promise<BareEnd> {
  const { pending, concern } = change;
  const before = pending.knowledge;
  if (before === 'never') pending.knowledge = 'maybe';
  const outcome = await send(change);
  if (outcome.kind === 'failure') {
    if (outcome.neverSent) pending.knowledge = before;
    return { kind: 'open', reason: textOf(outcome.cause) };
  }
  if (outcome.n === 0) {
    // Also when it is refused for now: within a transaction that is told at once, too.
    pending.knowledge = before;
    return { kind: 'other way' };
  }
  if (outcome.writeConcernError !== undefined) {
    pending.knowledge = 'stored';
    return { kind: 'open', reason: outcome.writeConcernError.errmsg };
  }
  const result = resultOf(pending.write, outcome);
  const { guarantee } = concern;
  return { kind: 'applied', verdict: { state: 'applied', replayed: false, guarantee, result } };
}

function send({ sender, session, pending, concern }: BareChange): Promise<ChangeOutcome> {
  const { namespace, op } = pending.write;
  const kind = op === 'delete' ? 'delete' : 'update';
  const statementOf = kind === 'delete' ? deleteStatement : updateStatement;
  const statement = statementOf(pending.write, 'by _id and condition');
  return sender.change({ kind, namespace, statements: [statement], concern, session });
}

function resultOf(
  { op }: Write,
  { upserted, modified }: Extract<ChangeOutcome, { kind: 'reply' }>,
): ChangeResult {
  if (op === 'delete') return { matched: 1, modified: 1, upserted: false };
  if (upserted.size > 0) return { matched: 0, modified: 0, upserted: true };
  return { matched: 1, modified: modified > 0 ? 1 : 0, upserted: false };
}

function textOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
