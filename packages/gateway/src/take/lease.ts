import type { Clock } from '@headrace/base';

export interface LeaseTimes {
  /** How long Redis keeps a lease that is not renewed. */
  readonly holdMs: number;
  readonly renewEveryMs: number;
  /** So long after the last renewal was sent its owner reads no more; less than `holdMs`. */
  readonly readForMs: number;
}

export const leaseTimes: LeaseTimes = { holdMs: 10_000, renewEveryMs: 3_000, readForMs: 7_000 };

/**
 * What an owner may believe of its lease. It counts from the moment a renewal was sent, not from
 * its answer, and on the monotonic clock: so it ends here before it ends in Redis.
 */
export class Lease {
  readonly #clock: Clock;
  readonly #times: LeaseTimes;
  #sentAtMs: number;

  /** @param sentAtMs when the call that took the lease was sent (monotonic) */
  constructor(clock: Clock, times: LeaseTimes, sentAtMs: number) {
    this.#clock = clock;
    this.#times = times;
    this.#sentAtMs = sentAtMs;
  }

  get mayRead(): boolean {
    return this.#clock.monotonicMs() - this.#sentAtMs < this.#times.readForMs;
  }

  get needsRenewal(): boolean {
    return this.#clock.monotonicMs() - this.#sentAtMs >= this.#times.renewEveryMs;
  }

  renewed(sentAtMs: number): void {
    this.#sentAtMs = Math.max(this.#sentAtMs, sentAtMs);
  }
}
