import type { Clock } from '@headrace/base';
import { MongoError, MongoServerError, WriteConcern, type MongoClient } from 'mongodb';
import { boundedCall } from '../clients/bounded-call-port.ts';
import type { PendingWrite } from '../gather/pending-write-port.ts';
import { isIdDuplicate } from '../judge/refusal-port.ts';
import { faultOfRefusal, meaningOfWriteCode } from '../judge/server-codes-port.ts';
import type { LedgerPort } from '../record/ledger-port.ts';
import { verdictOfEntry } from '../record/recorded-outcome-port.ts';
import type { AttemptPort, BatchAttempt } from './attempt-port.ts';
import { mayGoBare, sendBare } from './bare-change.ts';
import type { CommandSender } from './command-port.ts';
import { commitUntilCertain, isLeftBehind, type CommitEnd } from './commit.ts';
import type { Judgement } from './judge-port.ts';
import type { OwnersPort } from './owners-port.ts';
import type { ResendPace } from './resend-pace.ts';
import type { SlotSessions } from './slot-sessions.ts';
import { judgeTakenId } from './taken-id.ts';
import type { TierConcerns } from './tier-concern-port.ts';
import { TransactionCommands, type OpenTransaction } from './transaction-commands.ts';
import { TransactionVerdicts } from './transaction-verdicts.ts';
import { doWork, type WorkDone } from './transaction-work.ts';

export interface TransactionAttemptOptions {
  readonly client: MongoClient;
  readonly sender: CommandSender;
  /** The sender's own. */
  readonly sessions: SlotSessions;
  readonly ledger: LedgerPort;
  /** Headrace's own database, where the ledger is. */
  readonly database: string;
  readonly owners: OwnersPort;
  readonly concerns: TierConcerns;
  readonly pace: ResendPace;
  readonly clock: Clock;
}

/** One attempt on its way. */
interface Course {
  readonly request: BatchAttempt;
  readonly open: OpenTransaction;
  readonly verdicts: TransactionVerdicts;
  /** Not the first attempt: the ledger has been asked. */
  readonly again: boolean;
}

const writeConflict = 112;

/** Name of the session of a transaction slot. */
export function transactionSession(tier: string, slot: number): string {
  return `${tier}/transaction/${slot}`;
}

/**
 * Sends changes, and inserts that are recorded, in one transaction that says how each fared
 * (protocol C4 to C6). Until its commit is sent nothing of it counts as sent.
 */
export class TransactionAttempt implements AttemptPort {
  readonly sendsAtOnce = false;
  readonly #options: TransactionAttemptOptions;
  readonly #commands: TransactionCommands;

  constructor(options: TransactionAttemptOptions) {
    this.#options = options;
    this.#commands = new TransactionCommands(options);
  }

  async attempt(request: BatchAttempt): Promise<Judgement> {
    const { batch, writes, slot, number } = request;
    const concern = this.#options.concerns.of(batch.tier);
    const name = transactionSession(batch.tier, slot);
    const course: Course = {
      request,
      open: { name, namespace: batch.namespace, concern },
      verdicts: new TransactionVerdicts(writes, concern.guarantee),
      again: number > 1 || writes.some(({ write }) => write.suspect),
    };
    try {
      const bare = await this.#tryBare(course);
      if (bare !== undefined) return bare;
      await this.#options.owners.register();
      if (course.again) await this.#lookUp(course);
      if (course.verdicts.open.length === 0) return course.verdicts.judgement('');
      return await this.#transact(course);
    } catch (cause) {
      return this.#failed(cause, course.verdicts);
    }
  }

  /** @returns undefined where a transaction is needed */
  async #tryBare({ request, open, verdicts }: Course): Promise<Judgement | undefined> {
    const { sender } = this.#options;
    const [pending] = request.writes;
    if (pending === undefined || request.writes.length > 1 || sender.path !== 'raw')
      return undefined;
    if (!mayGoBare(pending.write)) return undefined;
    const { name: session, concern } = open;
    const end = await sendBare({ sender, session, pending, concern });
    if (end.kind === 'other way') return undefined;
    if (end.kind === 'open') return verdicts.judgement(end.reason);
    verdicts.put(pending, end.verdict);
    return verdicts.judgement('');
  }

  /** Answers what the ledger knows already, outside of any transaction (protocol C4 a). */
  async #lookUp({ open, verdicts }: Course): Promise<void> {
    const asked = verdicts.open.filter(({ write }) => write.ledgered);
    if (asked.length === 0) return;
    const found = await this.#options.ledger.find(asked.map(({ write }) => write.writeId));
    for (const pending of asked) {
      const entry = found.get(pending.write.writeId);
      if (entry === undefined) continue;
      verdicts.put(pending, verdictOfEntry(pending.write, entry, open.concern.guarantee));
    }
  }

  async #transact(course: Course, findsFirst = false): Promise<Judgement> {
    const { open, verdicts, again } = course;
    const { sessions, clock } = this.#options;
    const { w, wtimeoutMs, j } = open.concern;
    const pendings = verdicts.open;
    const writes = pendings.map(({ write }) => write);
    sessions.of(open.name).startTransaction({ writeConcern: new WriteConcern(w, wtimeoutMs, j) });
    let done: WorkDone;
    try {
      const atEpochMs = clock.epochMs();
      const work = { commands: this.#commands, open, writes, again, atEpochMs, findsFirst };
      done = await doWork(work);
    } catch (cause) {
      await this.#abort(open.name);
      throw cause;
    }
    if (done.kind === 'ready' && !this.#isTooLate(pendings)) {
      const end = await this.#commit(course, pendings);
      if (end === 'committed') verdicts.committed(pendings, done.fates);
      return verdicts.judgement('the commit was not confirmed');
    }
    await this.#abort(open.name);
    if (done.kind === 'refused') return await this.#refused(course, done);
    if (done.kind === 'unclear') return await this.#transact(course, true);
    const reason =
      done.kind === 'ready' ? 'a deadline passed before the commit' : 'it is recorded already';
    // A row that the look-up did not find is one that is not yet there to stay.
    return verdicts.judgement(reason, { atOnce: done.kind === 'ready' || !again });
  }

  /** Their callers are told that nothing was written: so nothing may be. */
  #isTooLate(pendings: readonly PendingWrite[]): boolean {
    const nowMs = this.#options.clock.monotonicMs();
    return pendings.some(
      ({ write, knowledge }) => knowledge === 'never' && write.deadlineAtMs <= nowMs,
    );
  }

  async #commit(
    { request: { batch, note }, open: { name } }: Course,
    pendings: readonly PendingWrite[],
  ): Promise<CommitEnd> {
    const { client, sessions, pace } = this.#options;
    const before = pendings.map(({ knowledge }) => knowledge);
    for (const pending of pendings) if (pending.knowledge === 'never') pending.knowledge = 'maybe';
    const left: true[] = [];
    const end = await commitUntilCertain(client, sessions.of(name), {
      failed: (standing, reason) => {
        note(reason);
        if (standing === 'stored') for (const pending of pendings) pending.knowledge = standing;
      },
      leftBehind: () => {
        left.push(true);
      },
      mayCommitAgain: async (attempt) => {
        do await pace.backOff(attempt);
        while (!pace.isOver && !pace.mayResend(batch.tier));
        return !pace.isOver;
      },
    });
    if (left.length > 0 && end !== 'given up') sessions.renew(name);
    if (end === 'undone') {
      pendings.forEach((pending, index) => {
        pending.knowledge = before[index] ?? pending.knowledge;
      });
    }
    return end;
  }

  /** Lets go of the documents; a server that is not reached lets go of them by itself. */
  async #abort(name: string): Promise<void> {
    const { client, sessions } = this.#options;
    const session = sessions.of(name);
    try {
      if (session.inTransaction()) await boundedCall(client, () => session.abortTransaction());
    } catch (cause) {
      if (!isLeftBehind(cause)) throw cause;
      sessions.renew(name);
    }
  }

  /** One write is refused and has ended the transaction; the others go again without it. */
  async #refused(
    { open, verdicts, again }: Course,
    { write, error }: Extract<WorkDone, { kind: 'refused' }>,
  ): Promise<Judgement> {
    const reason = error.errmsg;
    const pending = verdicts.open.find((each) => each.write === write);
    if (pending === undefined) return verdicts.judgement(reason);
    if (error.code === writeConflict) return this.#conflict(verdicts, reason);
    if (meaningOfWriteCode(error.code).retry !== 'never') return verdicts.judgement(reason);
    // It was refused behind others that are undone with it: only by itself is it told why.
    if (pending.follows) return verdicts.judgement(reason, { atOnce: true });
    // An earlier write under its write id may have made what refuses it now.
    if (write.ledgered && !again) return verdicts.judgement(reason, { atOnce: true });
    if (!isIdDuplicate(error)) {
      verdicts.refused(pending, error);
      return verdicts.judgement(reason, { atOnce: true });
    }
    // Another upsert was first: now there is a document to change.
    if (write.op !== 'insert') return verdicts.judgement(reason);
    const { guarantee } = open.concern;
    const verdict = await judgeTakenId({ client: this.#options.client, pending, guarantee });
    if (verdict !== undefined) verdicts.put(pending, verdict);
    return verdicts.judgement(reason, { atOnce: verdict !== undefined });
  }

  #conflict(verdicts: TransactionVerdicts, reason: string): Judgement {
    this.#options.owners.noteConflict();
    return verdicts.judgement(reason, { conflict: true });
  }

  /** Reads what a command, or the way to the server, has failed with before any commit. */
  #failed(cause: unknown, verdicts: TransactionVerdicts): Judgement {
    if (!(cause instanceof MongoError) && !isLeftBehind(cause)) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    if (!(cause instanceof MongoServerError)) return verdicts.judgement(reason);
    if (cause.code === writeConflict) return this.#conflict(verdicts, reason);
    const code = Number(cause.code);
    const fault = faultOfRefusal(code);
    if (fault === undefined) return verdicts.judgement(reason);
    if (fault === 'document' && verdicts.open.length > 1) {
      return verdicts.judgement(reason, { split: true });
    }
    for (const pending of verdicts.open)
      verdicts.refused(pending, { index: 0, code, errmsg: reason });
    return verdicts.judgement(reason);
  }
}
