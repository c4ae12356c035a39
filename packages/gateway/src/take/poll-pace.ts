const firstMs = 2;
const lastMs = 50;
/** Fewer entries than this a reading are not worth reading every two milliseconds. */
const trickleEntries = 64;
const trickleMs = 8;

/** How long to wait between two readings: hardly while there is work, longer and longer without. */
export class PollPace {
  #delayMs = firstMs;

  /** Nothing came for a while. */
  get isSlow(): boolean {
    return this.#delayMs > trickleMs;
  }

  /** @returns milliseconds until the next reading */
  next(read: { readonly entries: number; readonly more: boolean }): number {
    if (read.more) this.#delayMs = 0;
    else if (read.entries >= trickleEntries) this.#delayMs = firstMs;
    else if (read.entries > 0) this.#delayMs = trickleMs;
    else this.#delayMs = Math.min(Math.max(this.#delayMs * 1.5, firstMs), lastMs);
    return this.#delayMs;
  }
}
