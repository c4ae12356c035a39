import type { PendingWrite } from '../gather/pending-write-port.ts';
import type { Verdict } from '../gather/write-port.ts';
import type { CommandOutcome } from './command-port.ts';
import type { TierConcern } from './tier-concern-port.ts';

/** One attempt and what came of it. */
export interface Attempt {
  readonly namespace: string;
  readonly writes: readonly PendingWrite[];
  readonly concern: TierConcern;
  readonly outcome: CommandOutcome;
}

/** What an attempt has settled, and how to go on with the rest. */
export interface Judgement {
  /** The verdict of each write of the attempt; undefined where it must be sent again. */
  readonly verdicts: readonly (Verdict | undefined)[];
  /** Why the rest is still open, for the answer at the deadline. */
  readonly reason: string;
  /** The command was refused because of one of its writes: send it in halves to find which. */
  readonly split: boolean;
  /** The rest is open only because others were in its way that are gone now: send it at once. */
  readonly atOnce?: boolean;
  /** A transaction of somebody else held one of the documents. */
  readonly conflict?: boolean;
}

/** Turns the server's reply into a verdict per write. */
export interface JudgePort {
  judge(attempt: Attempt): Promise<Judgement>;
}
