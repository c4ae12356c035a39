import type { FlightSample, LimitRule } from '../../../src/pace/limit-rule.ts';

const alpha = 1;
const beta = 2;

/**
 * TCP Vegas as it was published (Brakmo, O'Malley and Peterson, 1994): the smallest latency ever seen
 * stands for that of a lone command, and each round, by its quickest command (as Linux does it),
 * makes the limit one more or one less.
 */
export class PlainVegasLimit implements LimitRule {
  readonly #most: number;
  limit: number;
  #leastMs = Infinity;
  #roundMs = Infinity;
  #commands = 0;

  constructor({ start, most }: { readonly start: number; readonly most: number }) {
    this.limit = start;
    this.#most = most;
  }

  ended({ latencyMs, failed, atLimit }: FlightSample): void {
    if (failed) {
      this.limit = Math.max(1, this.limit - 1);
      return;
    }
    this.#leastMs = Math.min(this.#leastMs, latencyMs);
    this.#roundMs = Math.min(this.#roundMs, latencyMs);
    this.#commands += 1;
    if (this.#commands < this.limit) return;
    const waiting = this.limit * (1 - this.#leastMs / this.#roundMs);
    if (waiting < alpha && atLimit) this.limit = Math.min(this.#most, this.limit + 1);
    if (waiting > beta) this.limit = Math.max(1, this.limit - 1);
    this.#commands = 0;
    this.#roundMs = Infinity;
  }
}
