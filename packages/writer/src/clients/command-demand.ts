/** Long enough that one burst is not taken for a rate. */
const windowMs = 5_000;
/** Below this share of the maximum the shortage is over; between the two nothing is said again. */
const overBelow = 0.8;

/** What a window has shown. */
export interface Demand {
  /** Connections, on average; may be more than there are. */
  readonly needed: number;
  readonly commandsPerSecond: number;
  readonly latencyMs: number;
  /** Set in the first window in which more are needed than there may be. */
  readonly hasBecomeShort: boolean;
}

/**
 * How many connections the commands need: rate times latency (Little, "A Proof for the Queuing
 * Formula: L = λW", Operations Research 1961). The latency is that from asking for a connection to
 * giving it back: what waits for one needs one as well.
 */
export class CommandDemand {
  readonly #maximum: number;
  #fromMs: number;
  #asked = 0;
  #ended = 0;
  #latencyMs = 0;
  #isShort = false;

  /**
   * @param maximum connections there may be
   * @param nowMs on the monotonic clock, as everywhere here
   */
  constructor(maximum: number, nowMs: number) {
    this.#maximum = maximum;
    this.#fromMs = nowMs;
  }

  /** A command asks for a connection. */
  asked(): void {
    this.#asked += 1;
  }

  /**
   * A command has given its connection back, or got none.
   * @param latencyMs since it asked for it
   */
  ended(latencyMs: number): void {
    this.#ended += 1;
    this.#latencyMs += latencyMs;
  }

  /** @returns what the last 5 s have shown, once they are over; else undefined */
  assess(nowMs: number): Demand | undefined {
    const forMs = nowMs - this.#fromMs;
    if (forMs < windowMs) return undefined;
    const latencyMs = this.#ended === 0 ? 0 : this.#latencyMs / this.#ended;
    const needed = (this.#asked / forMs) * latencyMs;
    const hasBecomeShort = needed > this.#maximum && !this.#isShort;
    if (needed > this.#maximum) this.#isShort = true;
    else if (needed < this.#maximum * overBelow) this.#isShort = false;
    const commandsPerSecond = (this.#asked * 1000) / forMs;
    this.#fromMs = nowMs;
    this.#asked = 0;
    this.#ended = 0;
    this.#latencyMs = 0;
    return { needed, commandsPerSecond, latencyMs, hasBecomeShort };
  }
}
