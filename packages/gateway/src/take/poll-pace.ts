/**
 * Long enough for queued writes to gather. Each reading costs a call per partition and a command,
 * whatever it finds, and nobody waits for it: read every 2 ms, a database command carried some 40
 * writes and its server spent five times the CPU on each.
 */
const gatherMs = 25;
const idleMs = 50;

/** How long to wait between two readings: not at all while more is known to wait. */
export class PollPace {
  #delayMs = gatherMs;

  /** Nothing came for a while. */
  get isSlow(): boolean {
    return this.#delayMs > gatherMs;
  }

  /** @returns milliseconds until the next reading */
  next(read: { readonly entries: number; readonly more: boolean }): number {
    if (read.more) this.#delayMs = 0;
    else if (read.entries > 0) this.#delayMs = gatherMs;
    else this.#delayMs = Math.min(Math.max(this.#delayMs * 1.5, gatherMs), idleMs);
    return this.#delayMs;
  }
}
