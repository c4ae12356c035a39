/**
 * Long enough for queued writes to gather. Each reading costs a call per partition and a command,
 * whatever it finds, and nobody waits for it: read every 2 ms, a database command carried some 40
 * writes and its server spent five times the CPU on each.
 */
const gatherMs = 100;

/** How long to wait between two readings: not at all while more is known to wait. */
export class PollPace {
  #isSlow = false;

  /** The last reading found nothing. */
  get isSlow(): boolean {
    return this.#isSlow;
  }

  /** @returns milliseconds until the next reading */
  next(read: { readonly entries: number; readonly more: boolean }): number {
    this.#isSlow = read.entries === 0 && !read.more;
    return read.more ? 0 : gatherMs;
  }
}
