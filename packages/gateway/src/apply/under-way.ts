import type { InHand } from './in-hand.ts';

/** The writes of one partition at the database, or on their way to the dead letters. */
export class UnderWay {
  readonly #inHand: InHand;
  #writes = 0;
  readonly #whenQuiet: (() => void)[] = [];

  constructor(inHand: InHand) {
    this.#inHand = inHand;
  }

  started(): void {
    this.#writes += 1;
    this.#inHand.started();
  }

  ended(): void {
    this.#writes -= 1;
    this.#inHand.ended();
    if (this.#writes === 0) this.letGo();
  }

  /** Resolves when nothing is under way, or nobody needs to wait for it any more. */
  async quiet(): Promise<void> {
    if (this.#writes > 0) await new Promise<void>((resolve) => this.#whenQuiet.push(resolve));
  }

  /** Whoever waits goes on at once. */
  letGo(): void {
    for (const resolve of this.#whenQuiet.splice(0)) resolve();
  }
}
