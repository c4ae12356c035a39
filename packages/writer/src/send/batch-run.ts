import { setTimeout as delay } from 'node:timers/promises';
import type { Clock, Log } from '@headrace/base';
import type { Batch, BatchRunner } from '../gather/batch-runner-port.ts';
import type { PendingWrite } from '../gather/pending-write-port.ts';
import type { CommandSender } from './command-port.ts';
import { deadlineVerdict } from './deadline-verdict.ts';
import type { Judgement, JudgePort } from './judge-port.ts';
import type { PrimaryPort } from './primary-port.ts';
import type { TierConcerns } from './tier-concern-port.ts';

export interface BatchRunOptions {
  readonly sender: CommandSender;
  readonly judge: JudgePort;
  readonly concerns: TierConcerns;
  readonly primary: PrimaryPort;
  readonly clock: Clock;
  readonly log: Log;
}

/** A batch under way: what is still open of it, and how it stands. */
interface Course {
  readonly batch: Batch;
  readonly session: string;
  readonly done: (pending: PendingWrite) => void;
  open: readonly PendingWrite[];
  inFlight: boolean;
  reason: string;
}

const firstBackOffMs = 20;
const longestBackOffMs = 2000;

/**
 * Sends a batch until the outcome of each of its writes is certain. Callers are answered at their
 * deadline at the latest; a write whose outcome is not certain then stays here, and its document
 * stays shut at the gate, until it is (protocol C6).
 */
export class BatchRun implements BatchRunner {
  readonly #options: BatchRunOptions;
  readonly #courses = new Set<Course>();
  readonly #aborted = new AbortController();

  constructor(options: BatchRunOptions) {
    this.#options = options;
  }

  async run(batch: Batch, slot: number, done: (pending: PendingWrite) => void): Promise<void> {
    const session = `${batch.tier}/${slot}`;
    await this.#carry({ batch, session, done, open: batch.writes, inFlight: false, reason: '' });
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
    this.#aborted.abort();
  }

  async #carry(course: Course): Promise<void> {
    this.#courses.add(course);
    try {
      for (let attempt = 1; ; attempt += 1) {
        if (this.#aborted.signal.aborted) {
          this.#giveUp(course);
          return;
        }
        const isReachable = this.#options.primary.inSight || (await this.#findPrimary(course));
        this.#dropUnsentPastDeadline(course);
        if (course.open.length === 0) return;
        if (isReachable && (await this.#attempt(course))) await this.#carryFirstHalf(course);
        else if (course.open.length > 0) await this.#backOff(attempt);
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

  /** @returns whether the command was refused as a whole for the sake of one of its writes */
  async #attempt(course: Course): Promise<boolean> {
    const writes = course.open;
    course.inFlight = true;
    const judgement = await this.#sendAndJudge(course);
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
    return judgement.split;
  }

  async #sendAndJudge({ batch, open: writes, session }: Course): Promise<Judgement> {
    const { namespace, tier } = batch;
    const concern = this.#options.concerns.of(tier);
    const documents = writes.map((pending) => pending.write.document);
    try {
      const { sender, judge } = this.#options;
      const outcome = await sender.insert({ namespace, documents, concern, session });
      return await judge.judge({ namespace, writes, concern, outcome });
    } catch (cause) {
      // Neither throws for what a server does, so the fault is ours; it must not cost the slot.
      this.#options.log.error({ cause, namespace, tier }, 'a batch could not be sent or judged');
      for (const pending of writes) if (pending.knowledge === 'never') pending.knowledge = 'maybe';
      return { verdicts: [], reason: String(cause), split: false };
    }
  }

  /** Leaves the second half in the course, where it is held against its deadlines meanwhile. */
  async #carryFirstHalf(course: Course): Promise<void> {
    const middle = Math.ceil(course.open.length / 2);
    const open = course.open.slice(0, middle);
    course.open = course.open.slice(middle);
    await this.#carry({ ...course, open });
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

  async #backOff(attempt: number): Promise<void> {
    const ceilingMs = Math.min(longestBackOffMs, firstBackOffMs * 2 ** attempt);
    const waitMs = ceilingMs * (0.5 + Math.random() / 2);
    try {
      await delay(waitMs, undefined, { signal: this.#aborted.signal });
    } catch (cause) {
      if (!this.#aborted.signal.aborted) throw cause;
    }
  }
}

function answerLate(pending: PendingWrite, course: Course): void {
  if (pending.answered) return;
  const knowledge = course.inFlight && pending.knowledge === 'never' ? 'maybe' : pending.knowledge;
  pending.answer(deadlineVerdict(pending.write, knowledge, course.reason));
}
