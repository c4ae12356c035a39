import { setTimeout as delay } from 'node:timers/promises';
import { HeadraceError } from '@headrace/base';
import type {
  DeadLetterChoice,
  ReplayChoice,
  ReplayResult,
  ReplaysPort,
} from '../accept/dead-letters-port.ts';
import type { DeadLetterHead } from './dead-letter.ts';
import type { DeadLetters } from './dead-letters.ts';
import { idTextOf } from './letter-id.ts';
import { Replay, type ReplayOptions } from './replay.ts';

const usualRatePerSecond = 100;
const lettersPerPage = 100;

/** Sends dead letters again, one after the other: those of a document in their order. */
export class Replays implements ReplaysPort {
  readonly #letters: DeadLetters;
  readonly #options: ReplayOptions;

  constructor(options: ReplayOptions) {
    this.#letters = options.letters;
    this.#options = options;
  }

  async *replay(choice: ReplayChoice): AsyncGenerator<ReplayResult> {
    const { dryRun = false, force = false, ratePerSecond = usualRatePerSecond } = choice;
    const replay = new Replay(this.#options);
    const { clock } = this.#options;
    const startMs = clock.monotonicMs();
    let sent = 0;
    for await (const letter of this.#chosen(choice)) {
      if (!('_id' in letter)) {
        yield letter;
        continue;
      }
      const early = startMs + (sent * 1_000) / ratePerSecond - clock.monotonicMs();
      if (early > 0) await delay(early);
      sent += 1;
      yield await (dryRun ? replay.foresee(letter, force) : replay.run(letter, force));
    }
  }

  async *#chosen(choice: ReplayChoice): AsyncGenerator<DeadLetterHead | ReplayResult> {
    if (choice.ids !== undefined) {
      yield* await this.#named(choice, choice.ids);
      return;
    }
    const until = new Date(this.#options.clock.epochMs());
    let after: DeadLetterHead | undefined;
    do {
      const page: DeadLetterHead[] = await this.#letters.oldest(choice, {
        ...{ limit: lettersPerPage, after, until },
      });
      yield* page;
      after = page.length === lettersPerPage ? page.at(-1) : undefined;
    } while (after !== undefined);
  }

  /** Those there are in their order, then those there are not. */
  async #named(
    { tenant, namespace, code }: DeadLetterChoice,
    ids: readonly string[],
  ): Promise<(DeadLetterHead | ReplayResult)[]> {
    const found = new Map<string, DeadLetterHead>();
    const unknown: ReplayResult[] = [];
    for (const id of ids) {
      try {
        const letter = await this.#letters.find(tenant, id);
        if (namespace !== undefined && letter.ns !== namespace) continue;
        if (code !== undefined && letter.reason.code !== code) continue;
        found.set(idTextOf(letter._id), letter);
      } catch (cause) {
        if (!(cause instanceof HeadraceError)) throw cause;
        unknown.push({ id, outcome: 'unknown-id' });
      }
    }
    return [...[...found.values()].sort((a, b) => Number(a.at) - Number(b.at)), ...unknown];
  }
}
