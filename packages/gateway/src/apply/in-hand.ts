/**
 * What all partitions of a process have in hand together. Lets one write be alone, so that a
 * death of the process has no other cause.
 */
export class InHand {
  #writes = 0;
  #held = 0;
  #turn: Promise<void> = Promise.resolve();
  #whenEmpty: (() => void) | undefined;

  /** One write is alone, or is about to be: nothing else may be started. */
  get isHeld(): boolean {
    return this.#held > 0;
  }

  /** Resolves when whoever asked to be alone so far has been. */
  opened(): Promise<void> {
    return this.#turn;
  }

  started(): void {
    this.#writes += 1;
  }

  ended(): void {
    this.#writes -= 1;
    if (this.#writes === 0) this.#whenEmpty?.();
  }

  /** Runs when nothing is in hand, one after the other, and holds everything else back. */
  alone(run: () => Promise<void>): Promise<void> {
    this.#held += 1;
    const mine = this.#turn
      .then(async () => {
        if (this.#writes > 0) await new Promise<void>((resolve) => (this.#whenEmpty = resolve));
        await run();
      })
      .finally(() => {
        this.#held -= 1;
      });
    // A failure is for its caller; it does not shut everybody else out.
    this.#turn = mine.catch(() => undefined);
    return mine;
  }
}
