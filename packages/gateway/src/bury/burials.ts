import type { MongoClient } from 'mongodb';
import type { BurialsPort, Death } from '../apply/burials-port.ts';
import type { DeadLetters } from './dead-letters.ts';
import { deadLetterOf, partsOf } from './dead-letter.ts';
import { inTransaction } from './in-transaction.ts';

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
  readonly #client: MongoClient;
  readonly #letters: DeadLetters;
  #waiting: Burial[] = [];
  #busy = false;

  constructor(client: MongoClient, letters: DeadLetters) {
    this.#client = client;
    this.#letters = letters;
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
    await this.#letters.keepParts(deaths.flatMap(partsOf));
    await inTransaction(this.#client, async (session) => {
      await this.#letters.add(letters, session);
      return true;
    });
  }
}
