/**
 * Counts the bytes of requests between their headers and their answer against
 * `limits.inFlightBytes`, so that memory does not grow with load.
 */
export class InFlightBytes {
  readonly #limitBytes: number;
  #heldBytes = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  get heldBytes(): number {
    return this.#heldBytes;
  }

  fits(bytes: number): boolean {
    return this.#heldBytes + bytes <= this.#limitBytes;
  }

  /** Holds the bytes if they fit; what is taken must be released. */
  take(bytes: number): boolean {
    if (!this.fits(bytes)) return false;
    this.#heldBytes += bytes;
    return true;
  }

  release(bytes: number): void {
    this.#heldBytes -= bytes;
  }
}
