import type { FlightSample, LimitRule } from '../../../src/pace/limit-rule.ts';

const tolerance = 2;
const smoothing = 0.2;
const backOff = 0.9;
const probeEvery = 1000;

/**
 * The gradient limit of Netflix's concurrency-limits (2018), with its defaults where they fit 1 to 8:
 * the limit times (tolerance x least latency / latency, within 0.5 and 1), plus the square root of
 * the limit as room for a queue. Every 1,000 commands it falls back and forgets the least latency.
 */
export class GradientLimit implements LimitRule {
  readonly #most: number;
  #exact: number;
  #leastMs = Infinity;
  #untilProbe = probeEvery;

  constructor({ start, most }: { readonly start: number; readonly most: number }) {
    this.#exact = start;
    this.#most = most;
  }

  get limit(): number {
    return Math.max(1, Math.floor(this.#exact));
  }

  ended({ latencyMs, failed, inFlight }: FlightSample): void {
    this.#untilProbe -= 1;
    const queue = Math.sqrt(this.#exact);
    if (this.#untilProbe <= 0) {
      this.#untilProbe = probeEvery;
      this.#exact = Math.max(1, queue);
      this.#leastMs = Infinity;
      return;
    }
    if (failed) {
      this.#exact = Math.max(1, this.#exact * backOff);
      return;
    }
    this.#leastMs = Math.min(this.#leastMs, latencyMs);
    if (inFlight < this.#exact / 2) return;
    const gradient = Math.max(0.5, Math.min(1, (tolerance * this.#leastMs) / latencyMs));
    const next = this.#exact * gradient + queue;
    const smooth = next < this.#exact ? this.#exact * (1 - smoothing) + next * smoothing : next;
    this.#exact = Math.max(1, Math.min(this.#most, smooth));
  }
}
