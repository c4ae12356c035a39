import type { Log } from '@headrace/base';
import type { LetterParts } from './letter-parts.ts';

const sweepEveryMs = 3_600_000;

/** Sweeps the parts of letters that were never written: at the start of a worker, then every hour. */
export class PartSweep {
  readonly #parts: LetterParts;
  readonly #log: Log;
  readonly #timer: NodeJS.Timeout;
  #running: Promise<void>;

  constructor(parts: LetterParts, log: Log) {
    this.#parts = parts;
    this.#log = log;
    this.#running = this.#sweep();
    this.#timer = setInterval(() => {
      this.#running = this.#running.then(() => this.#sweep());
    }, sweepEveryMs);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }

  async #sweep(): Promise<void> {
    try {
      const parts = await this.#parts.sweep();
      if (parts > 0)
        this.#log.info({ parts }, 'swept parts of dead letters that nothing refers to');
    } catch (cause) {
      this.#log.warn({ cause }, 'parts of dead letters could not be swept; tried again in an hour');
    }
  }
}
