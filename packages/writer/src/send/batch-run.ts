import type { Clock, Log } from '@headrace/base';
import type { Batch, BatchEnds, BatchRunner } from '../gather/batch-runner-port.ts';
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

/** What is sent together of a batch: at first all of it. */
interface Piece {
  open: readonly PendingWrite[];
  /** Attempts that met somebody else's transaction. */
  conflicts: number;
  inFlight: boolean;
}

/** A batch under way: what is still open of it, and how it stands. */
interface Course {
  readonly batch: Batch;
  readonly slot: number;
  readonly ends: BatchEnds;
  /** The first one is sent next. A slot is one session, so they go one after the other. */
  pieces: Piece[];
  /** Attempts so far. */
  attempts: number;
  /** Failures since anything was last settled; each makes the next wait longer. */
  failures: number;
  /** The next attempt has been paid for, or need not be. */
  mayGo: boolean;
  reason: string;
}

/** How the rest of a batch goes on after an attempt. */
type Onward = 'split' | 'at once' | 'conflict' | 'later';

/** So often a conflict is met with the whole batch; then it is halved to find who is held up. */
const conflictsTogether = 2;

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

  async run(batch: Batch, slot: number, ends: BatchEnds): Promise<void> {
    this.#options.pace.noteSend(batch.tier);
    const pieces = [{ open: batch.writes, conflicts: 0, inFlight: false }];
    const standing = { attempts: 0, failures: 0, mayGo: true, reason: '' };
    const course: Course = { batch, slot, ends, pieces, ...standing };
    this.#courses.add(course);
    try {
      while (course.pieces.length > 0) await this.#step(course);
    } finally {
      this.#courses.delete(course);
    }
  }

  /** Answers the callers whose deadline is over; in flight or not, what is known is what they get. */
  expire(nowMs: number): void {
    for (const course of this.#courses) {
      for (const piece of course.pieces) {
        for (const pending of piece.open) {
          if (pending.write.deadlineAtMs <= nowMs) answerLate(pending, piece, course.reason);
        }
      }
    }
  }

  /** Gives up on what is still open, at the end of the process. */
  abort(): void {
    this.#options.pace.abort();
  }

  /** One attempt with the first piece, or one wait. */
  async #step(course: Course): Promise<void> {
    const { pace, primary } = this.#options;
    if (pace.isOver) {
      this.#giveUp(course);
      return;
    }
    const isReachable = primary.inSight || (await this.#findPrimary(course));
    this.#dropUnsentPastDeadline(course);
    const [piece, ...others] = course.pieces;
    if (piece === undefined) return;
    course.mayGo ||= pace.mayResend(course.batch.tier);
    if (!isReachable || !course.mayGo) {
      course.failures += 1;
      await pace.backOff(isReachable ? 1 : course.failures);
      return;
    }
    const next = await this.#attempt(course, piece);
    // Only what failed is paid for from the budget: not what was refused for others, nor what met
    // another transaction on a server that is well.
    course.mayGo = next !== 'later';
    if (next === 'split') course.pieces = [...halvesOf(piece), ...others];
    if (next === 'split' || next === 'at once') return;
    if (piece.open.length === 0) {
      course.pieces = others;
      return;
    }
    // What is held up lets the others go first, unless a write among them is to be applied after it.
    course.pieces = hasFollower(course.pieces) ? [piece, ...others] : [...others, piece];
    course.failures += 1;
    if (next === 'later') await pace.backOff(course.failures);
    else if (course.failures % course.pieces.length === 0) await pace.giveWay(piece.conflicts);
  }

  async #findPrimary(course: Course): Promise<boolean> {
    course.reason ||= 'no server that takes writes is in sight';
    const trouble = await this.#options.primary.find();
    if (trouble !== undefined) course.reason = trouble;
    return trouble === undefined;
  }

  async #attempt(course: Course, piece: Piece): Promise<Onward> {
    const writes = piece.open;
    course.attempts += 1;
    const judgement = await this.#sendAndJudge(course, piece);
    piece.inFlight = false;
    course.reason = judgement.reason;
    const open: PendingWrite[] = [];
    writes.forEach((pending, index) => {
      const verdict = judgement.verdicts[index];
      if (verdict === undefined) open.push(pending);
      else {
        pending.answer(verdict);
        course.ends.done(pending);
      }
    });
    piece.open = open;
    if (open.length < writes.length) course.failures = 0;
    const isRefused = judgement.split || judgement.atOnce === true;
    sendBackFollowers(piece, course.ends, isRefused);
    if (judgement.split && piece.open.length > 1) return 'split';
    if (isRefused) return 'at once';
    if (judgement.conflict !== true) return 'later';
    piece.conflicts += 1;
    return piece.conflicts > conflictsTogether && piece.open.length > 1 ? 'split' : 'conflict';
  }

  async #sendAndJudge(course: Course, piece: Piece): Promise<Judgement> {
    const { batch, slot, attempts: number } = course;
    const { open: writes } = piece;
    const port = this.#options.attempts[batch.mode];
    piece.inFlight = port.sendsAtOnce;
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

  #dropUnsentPastDeadline(course: Course): void {
    const nowMs = this.#options.clock.monotonicMs();
    for (const piece of course.pieces) {
      piece.open = piece.open.filter((pending) => {
        const isOver = pending.write.deadlineAtMs <= nowMs;
        if (isOver) answerLate(pending, piece, course.reason);
        if (!isOver || pending.knowledge !== 'never') return true;
        course.ends.done(pending);
        return false;
      });
    }
    course.pieces = course.pieces.filter(({ open }) => open.length > 0);
  }

  #giveUp(course: Course): void {
    for (const piece of course.pieces) {
      for (const pending of piece.open) {
        answerLate(pending, piece, course.reason);
        course.ends.done(pending);
      }
    }
    course.pieces = [];
  }
}

function hasFollower(pieces: readonly Piece[]): boolean {
  return pieces.some(({ open }) => open.some(({ follows }) => follows));
}

/**
 * What went wrong is sorted out with one write a document. A follower that may have been stored
 * stays: it is not to wait where it could expire.
 */
function sendBackFollowers(piece: Piece, { sentBack }: BatchEnds, isRefused: boolean): void {
  const leaves = ({ follows, knowledge }: PendingWrite): boolean =>
    follows && knowledge === 'never';
  const followers = piece.open.filter(leaves);
  if (followers.length === 0) return;
  piece.open = piece.open.filter((pending) => !leaves(pending));
  for (const follower of followers.reverse()) {
    follower.goesAlone ||= isRefused;
    sentBack(follower);
  }
}

function halvesOf({ open, ...rest }: Piece): Piece[] {
  const middle = Math.ceil(open.length / 2);
  return [open.slice(0, middle), open.slice(middle)].map((half) => ({ open: half, ...rest }));
}

function answerLate(pending: PendingWrite, { inFlight }: Piece, reason: string): void {
  if (pending.answered) return;
  const knowledge = inFlight && pending.knowledge === 'never' ? 'maybe' : pending.knowledge;
  pending.answer(deadlineVerdict(pending.write, knowledge, reason));
}
