import type { Clock, Log } from '@headrace/base';
import type { Batch, BatchRunner } from '../gather/batch-runner-port.ts';
import type { PendingWrite } from '../gather/pending-write-port.ts';
import type { Mode } from '../gather/write-port.ts';
import type { AttemptPort } from './attempt-port.ts';
import { deadlineVerdict } from './deadline-verdict.ts';
import type { Judgement } from './judge-port.ts';
import type { PrimaryPort } from './primary-port.ts';
import type { ResendPace } from './resend-pace.ts';

export interface BatchRunOptions {
  /** How a batch of each mode is sent. */
  readonly attempts: Readonly<Record<Mode, AttemptPort>>;
  readonly pace: ResendPace;
  readonly primary: PrimaryPort;
  readonly clock: Clock;
  readonly log: Log;
}

/** A batch under way: what is still open of it, and how it stands. */
interface Course {
  readonly batch: Batch;
  readonly slot: number;
  readonly done: (pending: PendingWrite) => void;
  open: readonly PendingWrite[];
  inFlight: boolean;
  reason: string;
  /** Attempts that met somebody else's transaction. */
  conflicts: number;
}

/** So often a conflict is met with the whole batch; then it is halved to find who is held up. */
const conflictsTogether = 2;
/** Without tokens for a re-send: how often they are asked for, in steps of the back-off. */
const askAgain = 1;

/**
 * Sends a batch until the outcome of each of its writes is certain. Callers are answered at their
 * deadline at the latest; a write whose outcome is not certain then stays here, and its document
 * stays shut at the gate, until it is (protocol C6).
 */
export class BatchRun implements BatchRunner {
  readonly #options: BatchRunOptions;
  readonly #courses = new Set<Course>();

  constructor(options: BatchRunOptions) {
    this.#options = options;
  }

  async run(batch: Batch, slot: number, done: (pending: PendingWrite) => void): Promise<void> {
    this.#options.pace.noteSend(batch.tier);
    const standing = { inFlight: false, reason: '', conflicts: 0 };
    await this.#carry({ batch, slot, done, open: batch.writes, ...standing }, 1);
  }

  /** Answers the callers whose deadline is over; in flight or not, what is known is what they get. */
  expire(nowMs: number): void {
    for (const course of this.#courses) {
      for (const pending of course.open) {
        if (pending.write.deadlineAtMs <= nowMs) answerLate(pending, course);
      }
    }
  }

  /** Gives up on what is still open, at the end of the process. */
  abort(): void {
    this.#options.pace.abort();
  }

  async #carry(course: Course, first: number): Promise<void> {
    const { pace, primary } = this.#options;
    this.#courses.add(course);
    try {
      // Only what failed is paid for from the budget; what was refused for others is not.
      let mayGo = true;
      for (let attempt = first; ; attempt += 1) {
        if (pace.isOver) {
          this.#giveUp(course);
          return;
        }
        const isReachable = primary.inSight || (await this.#findPrimary(course));
        this.#dropUnsentPastDeadline(course);
        if (course.open.length === 0) return;
        mayGo ||= pace.mayResend(course.batch.tier);
        if (!mayGo) {
          attempt -= 1;
          await pace.backOff(askAgain);
          continue;
        }
        const next = isReachable ? await this.#attempt(course, attempt) : 'later';
        if (next === 'split') await this.#carryFirstHalf(course, attempt + 1);
        mayGo = next !== 'later' || !isReachable;
        if (next === 'later' && course.open.length > 0) await pace.backOff(attempt);
      }
    } finally {
      this.#courses.delete(course);
    }
  }

  async #findPrimary(course: Course): Promise<boolean> {
    course.reason ||= 'no server that takes writes is in sight';
    const trouble = await this.#options.primary.find();
    if (trouble !== undefined) course.reason = trouble;
    return trouble === undefined;
  }

  async #attempt(course: Course, number: number): Promise<'split' | 'at once' | 'later'> {
    const writes = course.open;
    const judgement = await this.#sendAndJudge(course, number);
    course.inFlight = false;
    course.reason = judgement.reason;
    const open: PendingWrite[] = [];
    writes.forEach((pending, index) => {
      const verdict = judgement.verdicts[index];
      if (verdict === undefined) open.push(pending);
      else {
        pending.answer(verdict);
        course.done(pending);
      }
    });
    course.open = open;
    if (judgement.conflict === true) course.conflicts += 1;
    if (judgement.split) return 'split';
    if (judgement.conflict === true && course.conflicts > conflictsTogether && open.length > 1) {
      return 'split';
    }
    return judgement.atOnce === true ? 'at once' : 'later';
  }

  async #sendAndJudge(course: Course, number: number): Promise<Judgement> {
    const { batch, slot, open: writes } = course;
    const port = this.#options.attempts[batch.mode];
    course.inFlight = port.sendsAtOnce;
    const note = (reason: string): void => {
      course.reason = reason;
    };
    try {
      return await port.attempt({ batch, slot, writes, number, note });
    } catch (cause) {
      // None throws for what a server does, so the fault is ours; it must not cost the slot.
      const { namespace, tier } = batch;
      this.#options.log.error({ cause, namespace, tier }, 'a batch could not be sent or judged');
      for (const pending of writes) if (pending.knowledge === 'never') pending.knowledge = 'maybe';
      return { verdicts: [], reason: String(cause), split: false };
    }
  }

  /** Leaves the second half in the course, where it is held against its deadlines meanwhile. */
  async #carryFirstHalf(course: Course, attempt: number): Promise<void> {
    const middle = Math.ceil(course.open.length / 2);
    const open = course.open.slice(0, middle);
    course.open = course.open.slice(middle);
    await this.#carry({ ...course, open }, attempt);
  }

  #dropUnsentPastDeadline(course: Course): void {
    const nowMs = this.#options.clock.monotonicMs();
    course.open = course.open.filter((pending) => {
      const isOver = pending.write.deadlineAtMs <= nowMs;
      if (isOver) answerLate(pending, course);
      if (!isOver || pending.knowledge !== 'never') return true;
      course.done(pending);
      return false;
    });
  }

  #giveUp(course: Course): void {
    for (const pending of course.open) {
      answerLate(pending, course);
      course.done(pending);
    }
    course.open = [];
  }
}

function answerLate(pending: PendingWrite, course: Course): void {
  if (pending.answered) return;
  const knowledge = course.inFlight && pending.knowledge === 'never' ? 'maybe' : pending.knowledge;
  pending.answer(deadlineVerdict(pending.write, knowledge, course.reason));
}
