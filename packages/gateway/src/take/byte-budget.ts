/** The bytes all partitions of a process may hold together. */
export class ByteBudget {
  #left: number;

  constructor(maxBytes: number) {
    this.#left = maxBytes;
  }

  /** Sets aside up to `bytes`; returns how many. */
  reserve(bytes: number): number {
    const granted = Math.max(0, Math.min(bytes, this.#left));
    this.#left -= granted;
    return granted;
  }

  giveBack(bytes: number): void {
    this.#left += bytes;
  }
}
