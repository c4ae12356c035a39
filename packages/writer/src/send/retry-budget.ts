/** Share of the sends that may be sent again (protocol A14). */
const share = 0.1;
/** What may be saved up, so that a calm hour does not pay for a storm. */
const mostTokens = 50;
/** A lone failure is sent again at once, and an idle writer still finds out what became of it. */
const floorPerMs = 2 / 1000;
const tokensAtFirst = 10;

/**
 * A token bucket: each send brings a tenth of a token, each re-send takes one. In an outage all
 * that is under way fails at once, and a server that comes back must not meet all of it many times.
 */
export class RetryBudget {
  #tokens = tokensAtFirst;
  #atMs: number;

  /** @param nowMs on the monotonic clock, as everywhere here */
  constructor(nowMs: number) {
    this.#atMs = nowMs;
  }

  /** A batch was sent for the first time. */
  noteSend(): void {
    this.#tokens = Math.min(mostTokens, this.#tokens + share);
  }

  /** @returns whether something may be sent again now; a yes takes its token */
  take(nowMs: number): boolean {
    const floor = Math.max(this.#tokens, tokensAtFirst);
    const grown = this.#tokens + (nowMs - this.#atMs) * floorPerMs;
    this.#tokens = Math.min(floor, grown);
    this.#atMs = nowMs;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
