import type { HeadraceError } from '@headrace/base';
import { writerErrors } from '../errors.ts';
import type { Write } from './write-port.ts';

/**
 * The keyed writes this process is carrying. A second request under the same idempotency key is
 * told so at once; between processes the database decides.
 */
export class RunningKeys {
  readonly #byWriteId = new Map<string, Write>();

  /** The refusal of a write whose write id is under way here, or undefined. */
  clash(write: Write): HeadraceError | undefined {
    if (!isTracked(write)) return undefined;
    const running = this.#byWriteId.get(write.writeId);
    if (running === undefined) return undefined;
    return running.fingerprint.equals(write.fingerprint)
      ? writerErrors.create('idempotency-key-running', {
          writeId: write.writeId,
          retryAfterMs: 200,
        })
      : writerErrors.create('key-reused', { writeId: write.writeId });
  }

  add(write: Write): void {
    if (isTracked(write)) this.#byWriteId.set(write.writeId, write);
  }

  remove(write: Write): void {
    if (isTracked(write)) this.#byWriteId.delete(write.writeId);
  }
}

/** Buffered writes are made unique by their claims; two of one write id queue up at the gate. */
function isTracked(write: Write): boolean {
  return write.keyed && write.tier !== 'eventual';
}
