import type { FlightSample, LimitRule } from '../../../src/pace/limit-rule.ts';
import { percentile } from './measure.ts';

/** A round whose median is this many times the least one shows congestion. */
const slowFrom = 1.5;
const roundCommands = 16;

/**
 * Additive increase, multiplicative decrease (Chiu and Jain, "Analysis of the Increase and Decrease
 * Algorithms for Congestion Avoidance in Computer Networks", 1989): one more a round, half of it
 * after a round that was slow or in which a command failed.
 */
export class AimdLimit implements LimitRule {
  readonly #most: number;
  limit: number;
  #leastMs = Infinity;
  #round: number[] = [];
  #hasFailed = false;
  #reached = false;

  constructor({ start, most }: { readonly start: number; readonly most: number }) {
    this.limit = start;
    this.#most = most;
  }

  ended({ latencyMs, failed, atLimit }: FlightSample): void {
    this.#round.push(latencyMs);
    this.#hasFailed ||= failed;
    this.#reached ||= atLimit;
    if (this.#round.length < roundCommands) return;
    const medianMs = percentile(this.#round, 0.5);
    if (!this.#hasFailed) this.#leastMs = Math.min(this.#leastMs, medianMs);
    if (this.#hasFailed || medianMs > this.#leastMs * slowFrom) {
      this.limit = Math.max(1, Math.floor(this.limit / 2));
    } else if (this.#reached) this.limit = Math.min(this.#most, this.limit + 1);
    this.#round = [];
    this.#hasFailed = false;
    this.#reached = false;
  }
}
