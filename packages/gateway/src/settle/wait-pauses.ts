import { setTimeout as delay } from 'node:timers/promises';

const firstMs = 25;
const lastMs = 200;

/** Pauses that grow from 25 to 200 ms; the last one ends when the wait does. */
export class WaitPauses {
  readonly #endMs: number;
  #pauseMs = firstMs;

  constructor(waitMs: number) {
    this.#endMs = performance.now() + waitMs;
  }

  /** @returns false, at once, when the wait is over */
  async next(): Promise<boolean> {
    const leftMs = this.#endMs - performance.now();
    if (leftMs <= 0) return false;
    await delay(Math.min(this.#pauseMs, leftMs));
    this.#pauseMs = Math.min(this.#pauseMs * 1.5, lastMs);
    return true;
  }
}
