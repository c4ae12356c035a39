import type {
  DeadLetterChoice,
  DeadLetterRecordsPort,
  DeadLetterRow,
  WholeDeadLetter,
} from '../accept/dead-letters-port.ts';
import { decodeFrame } from '../append/frame-port.ts';
import { gatewayErrors } from '../errors.ts';
import type { DeadLetterHead } from './dead-letter.ts';
import type { DeadLetters } from './dead-letters.ts';
import { idTextOf } from './letter-id.ts';

/** What people read of dead letters, and how they get rid of one. */
export class DeadLetterRecords implements DeadLetterRecordsPort {
  readonly #letters: DeadLetters;

  constructor(letters: DeadLetters) {
    this.#letters = letters;
  }

  async list(
    choice: DeadLetterChoice,
    page: { readonly limit: number; readonly after?: string | undefined },
  ): Promise<DeadLetterRow[]> {
    return (await this.#letters.page(choice, page)).map(rowOf);
  }

  async show(tenant: string, id: string): Promise<WholeDeadLetter> {
    const letter = await this.#letters.find(tenant, id);
    const frame = decodeFrame(await this.#letters.frameOf(letter));
    if (frame === undefined) {
      throw gatewayErrors.create('frame-unreadable', { reason: 'its format is newer' });
    }
    const { upsert, keyed, document } = frame;
    const acceptedAt = new Date(frame.acceptedAtEpochMs);
    return { ...rowOf(letter), upsert, keyed, acceptedAt, document };
  }

  async discard(tenant: string, id: string): Promise<void> {
    const letter = await this.#letters.find(tenant, id);
    if (!(await this.#letters.discard(letter))) {
      throw gatewayErrors.create('dead-letter-unknown', { id });
    }
  }
}

function rowOf(letter: DeadLetterHead): DeadLetterRow {
  const { _id, tenant, ns, op = 'insert', reason, attempts, at } = letter;
  return {
    id: idTextOf(_id),
    writeId: _id.w.toString(),
    ...{ tenant, namespace: ns, op, attempts, at },
    reason: { code: reason.code, detail: reason.text },
  };
}
