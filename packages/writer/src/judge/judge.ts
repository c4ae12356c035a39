import { MongoServerError, type MongoClient } from 'mongodb';
import { writerErrors } from '../errors.ts';
import type { PendingWrite } from '../gather/pending-write-port.ts';
import type { Verdict } from '../gather/write-port.ts';
import type { CommandOutcome, WriteError } from '../send/command-port.ts';
import type { Attempt, Judgement, JudgePort } from '../send/judge-port.ts';
import { isIdDuplicate, refusalOf } from './refusal-port.ts';
import { faultOfRefusal, meaningOfWriteCode } from './server-codes-port.ts';
import { compareWithStored, type StoredComparison } from './stored-documents-port.ts';

type Reply = Extract<CommandOutcome, { kind: 'reply' }>;
type Failure = Extract<CommandOutcome, { kind: 'failure' }>;

/** A refused write of which only its stored document tells how it stands. */
interface Suspect {
  readonly pending: PendingWrite;
  readonly index: number;
  readonly error: WriteError;
}

/** Reads the server's own reply, write by write (protocol A3 and A5). */
export class Judge implements JudgePort {
  readonly #client: MongoClient;

  constructor(client: MongoClient) {
    this.#client = client;
  }

  async judge(attempt: Attempt): Promise<Judgement> {
    const { outcome, writes } = attempt;
    if (outcome.kind === 'reply') return await this.#judgeReply(attempt, outcome);
    if (outcome.neverSent) return stillOpen(writes, outcome.cause);
    return await this.#judgeFailure(attempt, outcome);
  }

  async #judgeReply(attempt: Attempt, reply: Reply): Promise<Judgement> {
    const { writes, namespace } = attempt;
    // The reply is the last try's; what an earlier one stored looks like a duplicate to it.
    if (reply.tries !== undefined && reply.tries > 1) writes.forEach(noteMaybeStored);
    const errorAt = new Map(reply.writeErrors.map((error) => [error.index, error]));
    const isWhole = reply.inserted + errorAt.size === writes.length;
    const suspects: Suspect[] = [];
    const verdicts = writes.map((pending, index): Verdict | undefined => {
      const error = errorAt.get(index);
      if (error === undefined) {
        // A reply whose counts do not add up says nothing of a single write.
        if (isWhole) return storedVerdict(attempt, pending, false);
        noteMaybeStored(pending);
        return undefined;
      }
      const isTaken = isIdDuplicate(error);
      if (isTaken && isOurOwn(pending)) {
        return storedVerdict(attempt, pending, pending.knowledge === 'there');
      }
      const { retry, stored } = meaningOfWriteCode(error.code);
      if (retry !== 'never') {
        if (stored === 'maybe') noteMaybeStored(pending);
        return undefined;
      }
      // What an earlier attempt may have stored can be refused now, and is there all the same.
      if (!isTaken && pending.knowledge === 'never') return refused(error, namespace);
      suspects.push({ pending, index, error });
      return undefined;
    });
    const trouble = await this.#lookAt(suspects, attempt, verdicts);
    const reason = reply.writeConcernError?.errmsg ?? 'some writes were refused for now';
    return { verdicts, reason: trouble ?? reason, split: false };
  }

  async #judgeFailure(attempt: Attempt, { cause, tries }: Failure): Promise<Judgement> {
    const { writes, namespace } = attempt;
    const code = cause instanceof MongoServerError ? Number(cause.code) : undefined;
    const fault = code === undefined ? undefined : faultOfRefusal(code);
    // Only the last of several tries is known to have been refused.
    if (fault === undefined || tries !== 1) writes.forEach(noteMaybeStored);
    if (code === undefined || fault === undefined) return stillOpen(writes, cause);
    if (fault === 'document' && writes.length > 1) {
      return { ...stillOpen(writes, cause), split: true };
    }
    const error: WriteError = { index: 0, code, errmsg: textOf(cause) };
    const suspects: Suspect[] = [];
    const verdicts = writes.map((pending, index): Verdict | undefined => {
      if (pending.knowledge === 'never') return refused(error, namespace);
      suspects.push({ pending, index, error });
      return undefined;
    });
    const trouble = await this.#lookAt(suspects, attempt, verdicts);
    return { verdicts, reason: trouble ?? textOf(cause), split: false };
  }

  /**
   * Puts in the verdicts of the suspects by what is stored.
   * @returns why it could not: a read that fails concludes nothing, and they are sent again
   */
  async #lookAt(
    suspects: readonly Suspect[],
    attempt: Attempt,
    verdicts: (Verdict | undefined)[],
  ): Promise<string | undefined> {
    if (suspects.length === 0) return undefined;
    try {
      const writes = suspects.map(({ pending }) => pending);
      const comparisons = await compareWithStored(this.#client, {
        namespace: attempt.namespace,
        writes,
      });
      suspects.forEach((suspect, at) => {
        verdicts[suspect.index] = comparisonVerdict(attempt, suspect, comparisons[at]);
      });
      return undefined;
    } catch (cause) {
      return `the stored documents could not be read: ${textOf(cause)}`;
    }
  }
}

/** The document is stored; applied once the reply also vouches for the tier. */
function storedVerdict(
  attempt: Attempt,
  pending: PendingWrite,
  replayed: boolean,
): Verdict | undefined {
  pending.knowledge = replayed ? 'there' : 'stored';
  const { outcome, concern } = attempt;
  if (outcome.kind === 'failure' || outcome.writeConcernError !== undefined) return undefined;
  return { state: 'applied', replayed, guarantee: concern.guarantee };
}

/** From now on only certainty can settle the write: what was known before stands. */
function noteMaybeStored(pending: PendingWrite): void {
  if (pending.knowledge === 'never') pending.knowledge = 'maybe';
}

function refused(error: WriteError, namespace: string): Verdict {
  const refusal = refusalOf(error, namespace);
  return { state: refusal.retry === 'never' ? 'rejected' : 'not-written', error: refusal };
}

/**
 * A taken `_id` that is certain to have been taken by an earlier attempt of this very write. One
 * that others can name may have been rolled back and taken by them since.
 */
function isOurOwn({ knowledge, write }: PendingWrite): boolean {
  return knowledge !== 'never' && write.idOrigin === 'random';
}

function comparisonVerdict(
  attempt: Attempt,
  { pending, error }: Suspect,
  comparison: StoredComparison | undefined,
): Verdict | undefined {
  if (comparison === 'equal') {
    const { knowledge } = pending;
    return storedVerdict(attempt, pending, knowledge === 'never' || knowledge === 'there');
  }
  if (!isIdDuplicate(error)) return refused(error, attempt.namespace);
  // Deleted between the duplicate and the read: the next attempt inserts it.
  if (comparison !== 'different') return undefined;
  const { writeId, idOrigin } = pending.write;
  return {
    state: 'rejected',
    error:
      idOrigin === 'derived'
        ? writerErrors.create('key-reused', { writeId })
        : writerErrors.create('duplicate', { index: '_id_', fields: ['_id'] }),
  };
}

function stillOpen(writes: readonly PendingWrite[], cause: unknown): Judgement {
  return { verdicts: writes.map(() => undefined), reason: textOf(cause), split: false };
}

function textOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
