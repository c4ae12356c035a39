import type { Settle, Verdict, Write } from './write-port.ts';

/**
 * What is known of a write that has no verdict yet.
 * `never`: no command with it reached a server. `maybe`: one was sent and its answer is missing.
 * `stored`: a reply counted it as stored, though not yet at its tier. `there`: an equal document
 * was there before it was sent, though not yet at its tier.
 */
export type Knowledge = 'never' | 'maybe' | 'stored' | 'there';

/** A write on its way: held from submit until its outcome is certain. */
export class PendingWrite {
  readonly write: Write;
  /** Name of its document at the gate; undefined where nobody else can name the document. */
  readonly gateName: string | undefined;
  knowledge: Knowledge = 'never';
  /** Has left the gate behind an earlier write to its document, to be applied after it in one batch. */
  follows = false;
  /** Follows nobody any more: a batch in which it did was refused. */
  goesAlone = false;
  readonly #settle: Settle;
  #answered = false;

  constructor(write: Write, gateName: string | undefined, settle: Settle) {
    this.write = write;
    this.gateName = gateName;
    this.#settle = settle;
  }

  get answered(): boolean {
    return this.#answered;
  }

  /** Answers the caller; later calls do nothing, since the first answer has left already. */
  answer(verdict: Verdict): void {
    if (this.#answered) return;
    this.#answered = true;
    tell(this.#settle, verdict);
  }
}

/** Tells a caller; what its callback throws is its own affair and hurts no other write. */
export function tell(settle: Settle, verdict: Verdict): void {
  try {
    settle(verdict);
  } catch (cause) {
    process.emitWarning(cause instanceof Error ? cause : String(cause));
  }
}
