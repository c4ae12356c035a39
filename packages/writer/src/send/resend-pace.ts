import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '@headrace/base';
import type { Tier } from '../gather/write-port.ts';
import { RetryBudget } from './retry-budget.ts';

const firstBackOffMs = 20;
const longestBackOffMs = 2000;
/** Conflicts in a row that may be those of a busy document; then somebody holds it. */
const quickConflicts = 20;
const shortGiveWayMs = 8;
const longGiveWayMs = 80;

/** Says when something may be sent again: after a back-off, and within the retry budget. */
export class ResendPace {
  readonly #clock: Clock;
  readonly #budget: RetryBudget;
  readonly #aborted = new AbortController();

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#budget = new RetryBudget(clock.monotonicMs());
  }

  /** Set at the end of the process: nothing is sent any more. */
  get isOver(): boolean {
    return this.#aborted.signal.aborted;
  }

  /** Ends every wait, now and later. */
  abort(): void {
    this.#aborted.abort();
  }

  /** Buffered writes are outside the budget on both sides: their worker backs off. */
  noteSend(tier: Tier): void {
    if (tier !== 'eventual') this.#budget.noteSend();
  }

  /** @returns whether there is room for another send; a yes uses it up */
  mayResend(tier: Tier): boolean {
    return tier === 'eventual' || this.#budget.take(this.#clock.monotonicMs());
  }

  /**
   * Waits after a failed attempt, twice as long each time, with jitter.
   * @param attempt number of the attempt that failed, from 1
   */
  backOff(attempt: number): Promise<void> {
    const ceilingMs = Math.min(longestBackOffMs, firstBackOffMs * 2 ** attempt);
    return this.#wait(ceilingMs * (0.5 + Math.random() / 2));
  }

  /**
   * Waits after a conflict with somebody else's transaction. These last a few milliseconds, and on a
   * document that others change without a pause only who comes often finds the gap between two of
   * theirs; a server answers a conflict at once. What is held for longer is asked for less often.
   * @param conflicts in a row, from 1
   */
  giveWay(conflicts: number): Promise<void> {
    const ceilingMs = conflicts > quickConflicts ? longGiveWayMs : shortGiveWayMs;
    return this.#wait(ceilingMs * (0.25 + Math.random() * 0.75));
  }

  async #wait(waitMs: number): Promise<void> {
    try {
      await delay(waitMs, undefined, { signal: this.#aborted.signal });
    } catch (cause) {
      if (!this.isOver) throw cause;
    }
  }
}
