import type { FlightSample, LimitRule } from '../../../src/pace/limit-rule.ts';

const tolerance = 1.5;
const smoothing = 0.2;
const longWindow = 600;
const warmUp = 10;
/** Four in the original, whose limits are a few hundred. */
const queue = 1;

/**
 * The gradient2 limit of Netflix's concurrency-limits (2018): the long average of the latency stands
 * for what is usual, the latency of each command for what is now.
 */
export class Gradient2Limit implements LimitRule {
  readonly #most: number;
  #exact: number;
  #longMs = 0;
  #seen = 0;

  constructor({ start, most }: { readonly start: number; readonly most: number }) {
    this.#exact = start;
    this.#most = most;
  }

  get limit(): number {
    return Math.max(1, Math.floor(this.#exact));
  }

  ended({ latencyMs, failed, inFlight }: FlightSample): void {
    if (failed) return;
    this.#noteLong(latencyMs);
    if (inFlight < this.#exact / 2) return;
    const gradient = Math.max(0.5, Math.min(1, (tolerance * this.#longMs) / latencyMs));
    const next = this.#exact * gradient + queue;
    this.#exact = this.#exact * (1 - smoothing) + next * smoothing;
    this.#exact = Math.max(1, Math.min(this.#most, this.#exact));
  }

  #noteLong(latencyMs: number): void {
    this.#seen += 1;
    const weight = this.#seen <= warmUp ? 1 / this.#seen : 2 / (longWindow + 1);
    this.#longMs += (latencyMs - this.#longMs) * weight;
    if (this.#longMs > latencyMs * 2) this.#longMs *= 0.95;
  }
}
