import { MongoServerError, type MongoClient } from 'mongodb';
import { writerErrors } from '../errors.ts';
import type { PendingWrite } from '../gather/pending-write-port.ts';
import type { Verdict } from '../gather/write-port.ts';
import type { WriteError } from '../send/command-port.ts';
import type { Attempt, Judgement, JudgePort } from '../send/judge-port.ts';
import { isIdDuplicate, refusalOf } from './refusal.ts';
import { isCommandRefusal, meaningOfWriteCode } from './server-codes.ts';
import { compareWithStored, type StoredComparison } from './stored-documents.ts';

/** Reads the server's own reply, write by write (protocol A3 and A5). */
export class Judge implements JudgePort {
  readonly #client: MongoClient;

  constructor(client: MongoClient) {
    this.#client = client;
  }

  async judge(attempt: Attempt): Promise<Judgement> {
    const { outcome, writes, namespace } = attempt;
    if (outcome.kind === 'failure') {
      return outcome.neverSent
        ? stillOpen(writes, outcome.cause)
        : judgeFailure(attempt, outcome.cause);
    }
    const errorAt = new Map(outcome.writeErrors.map((error) => [error.index, error]));
    const isWhole = outcome.inserted + errorAt.size === writes.length;
    const suspects: { pending: PendingWrite; index: number }[] = [];
    const verdicts = writes.map((pending, index): Verdict | undefined => {
      const error = errorAt.get(index);
      if (error === undefined) {
        // A reply whose counts do not add up says nothing of a single write.
        if (isWhole) return storedVerdict(attempt, pending, false);
        noteMaybeStored(pending);
        return undefined;
      }
      if (!isIdDuplicate(error)) return errorVerdict(pending, error, namespace);
      if (isOurOwn(pending)) return storedVerdict(attempt, pending, false);
      suspects.push({ pending, index });
      return undefined;
    });
    let reason = outcome.writeConcernError?.errmsg ?? 'some writes were refused for now';
    if (suspects.length > 0) {
      try {
        const taken = suspects.map(({ pending }) => pending);
        const comparisons = await compareWithStored(this.#client, namespace, taken);
        suspects.forEach(({ pending, index }, at) => {
          verdicts[index] = comparisonVerdict(attempt, pending, comparisons[at]);
        });
      } catch (cause) {
        // A read that fails concludes nothing: the writes stay open and are sent again.
        reason = `the stored documents could not be read: ${textOf(cause)}`;
      }
    }
    return { verdicts, reason, split: false };
  }
}

/** The document is stored; applied once the reply also vouches for the tier. */
function storedVerdict(
  attempt: Attempt,
  pending: PendingWrite,
  replayed: boolean,
): Verdict | undefined {
  pending.knowledge = 'stored';
  const { outcome, concern } = attempt;
  if (outcome.kind === 'failure' || outcome.writeConcernError !== undefined) return undefined;
  return { state: 'applied', replayed, guarantee: concern.guarantee };
}

/** From now on only certainty can settle the write: what was known before stands. */
function noteMaybeStored(pending: PendingWrite): void {
  if (pending.knowledge === 'never') pending.knowledge = 'maybe';
}

function errorVerdict(
  pending: PendingWrite,
  error: WriteError,
  namespace: string,
): Verdict | undefined {
  const meaning = meaningOfWriteCode(error.code);
  if (meaning.retry === 'never') return { state: 'rejected', error: refusalOf(error, namespace) };
  if (meaning.stored === 'maybe') noteMaybeStored(pending);
  return undefined;
}

/** A taken `_id` that is certain to have been taken by an earlier attempt of this very write. */
function isOurOwn(pending: PendingWrite): boolean {
  if (pending.knowledge === 'stored') return true;
  return pending.knowledge === 'maybe' && pending.write.idOrigin === 'random';
}

function comparisonVerdict(
  attempt: Attempt,
  pending: PendingWrite,
  comparison: StoredComparison | undefined,
): Verdict | undefined {
  // Deleted between the duplicate and the read: the next attempt inserts it.
  if (comparison === undefined || comparison === 'absent') return undefined;
  if (comparison === 'equal') return storedVerdict(attempt, pending, pending.knowledge === 'never');
  const { writeId, idOrigin } = pending.write;
  return {
    state: 'rejected',
    error:
      idOrigin === 'derived'
        ? writerErrors.create('key-reused', { writeId })
        : writerErrors.create('duplicate', { index: '_id_', fields: ['_id'] }),
  };
}

function judgeFailure(attempt: Attempt, cause: unknown): Judgement {
  const { writes, namespace } = attempt;
  const isRefused = cause instanceof MongoServerError && isCommandRefusal(Number(cause.code));
  if (!isRefused) {
    writes.forEach(noteMaybeStored);
    return stillOpen(writes, cause);
  }
  if (writes.length > 1) return { ...stillOpen(writes, cause), split: true };
  const error = refusalOf({ index: 0, code: Number(cause.code), errmsg: cause.message }, namespace);
  // An earlier attempt may have stored what this one was refused: then only time can tell.
  const verdicts = writes.map((pending): Verdict | undefined => {
    if (pending.knowledge !== 'never') return undefined;
    return { state: error.retry === 'never' ? 'rejected' : 'not-written', error };
  });
  return { verdicts, reason: textOf(cause), split: false };
}

function stillOpen(writes: readonly PendingWrite[], cause: unknown): Judgement {
  return { verdicts: writes.map(() => undefined), reason: textOf(cause), split: false };
}

function textOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
