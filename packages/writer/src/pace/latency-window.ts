/** Fewer tell nothing of what is usual. */
const fewest = 5;

/** The latest latencies of like commands, and their median. */
export class LatencyWindow {
  /** In order of arrival, round and round. */
  readonly #latest: Float64Array;
  /** The same, in order of size; only the first `#count` are there. */
  readonly #sorted: Float64Array;
  #count = 0;
  #next = 0;

  /** @param size how many are kept */
  constructor(size: number) {
    this.#latest = new Float64Array(size);
    this.#sorted = new Float64Array(size);
  }

  /** @returns milliseconds; undefined until there are five */
  get median(): number | undefined {
    return this.#count < fewest ? undefined : this.#sorted[this.#count >> 1];
  }

  add(latencyMs: number): void {
    if (this.#count === this.#latest.length) this.#removeOldest();
    const at = this.#placeOf(latencyMs);
    this.#sorted.copyWithin(at + 1, at, this.#count);
    this.#sorted[at] = latencyMs;
    this.#latest[this.#next] = latencyMs;
    this.#next = (this.#next + 1) % this.#latest.length;
    this.#count += 1;
  }

  clear(): void {
    this.#count = 0;
    this.#next = 0;
  }

  #removeOldest(): void {
    const at = this.#placeOf(this.#latest[this.#next] ?? 0);
    this.#sorted.copyWithin(at, at + 1, this.#count);
    this.#count -= 1;
  }

  /** Index of the first that is not smaller. */
  #placeOf(latencyMs: number): number {
    let from = 0;
    let to = this.#count;
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((this.#sorted[middle] ?? 0) < latencyMs) from = middle + 1;
      else to = middle;
    }
    return from;
  }
}
