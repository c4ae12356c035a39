import type { BurialsPort, Death } from '../apply/burials-port.ts';
import { deadLetterOf, partsOf } from './dead-letter.ts';
import type { LetterParts } from './letter-parts.ts';
import type { LetterStates } from './letter-states.ts';

const maxTogether = 64;
const maxTogetherBytes = 4_194_304;

interface Burial {
  readonly death: Death;
  readonly done: () => void;
  readonly failed: (cause: unknown) => void;
}

/**
 * Makes dead letters. A dead letter and the ledger row `dead` are one transaction: a write has one
 * final state. What is buried while a transaction runs forms the next one.
 */
export class Burials implements BurialsPort {
  readonly #states: LetterStates;
  readonly #parts: LetterParts;
  #waiting: Burial[] = [];
  #busy = false;

  constructor(states: LetterStates, parts: LetterParts) {
    this.#states = states;
    this.#parts = parts;
  }

  bury(death: Death): Promise<void> {
    return new Promise((done, failed) => {
      this.#waiting.push({ death, done, failed });
      if (!this.#busy) void this.#run();
    });
  }

  async #run(): Promise<void> {
    this.#busy = true;
    for (let group = this.#next(); group.length > 0; group = this.#next()) {
      try {
        await this.#record(group.map(({ death }) => death));
        for (const { done } of group) done();
      } catch (cause) {
        for (const { failed } of group) failed(cause);
      }
    }
    this.#busy = false;
  }

  #next(): Burial[] {
    let bytes = 0;
    let count = 0;
    for (const { death } of this.#waiting) {
      bytes += death.entry.frame.length;
      if (count === maxTogether || (count > 0 && bytes > maxTogetherBytes)) break;
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }

  async #record(deaths: readonly Death[]): Promise<void> {
    const letters = deaths.map(deadLetterOf);
    const parts = deaths.flatMap(partsOf);
    do await this.#parts.keep(parts);
    while (!(await this.#states.add(letters, parts)));
  }
}
