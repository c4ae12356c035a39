import { Redis } from 'ioredis';
import { benchErrors } from '../errors.ts';

// The shipped defaults of `redis.prefix` and `buffer.partitions`, and the one tenant there is. Were
// they wrong, the backlog would read 0 and the count of stored documents would not come out.
const PREFIX = 'hr';
const PARTITIONS = 16;
const TENANT = 'default';

const POLL_EVERY_MS = 100;
/** Far above what a burst takes to drain: only a worker that stands still gets there. */
const DRAIN_WITHIN_SECONDS = 900;

/** Looks into the buffer from outside, at the streams of writes themselves. */
export class BufferProbe {
  readonly #redis: Redis;
  readonly #streams = Array.from(
    { length: PARTITIONS },
    (_, at) => `{${PREFIX}:p${String(at).padStart(2, '0')}}:s:${TENANT}`,
  );

  constructor(uri: string) {
    this.#redis = new Redis(uri);
  }

  /** Writes that wait in all streams. */
  async backlog(): Promise<number> {
    const lengths = await Promise.all(this.#streams.map((stream) => this.#redis.xlen(stream)));
    return lengths.reduce((total, length) => total + length, 0);
  }

  /** @throws HeadraceError `wait-too-long`; the signal's reason */
  async drain(signal: AbortSignal): Promise<void> {
    const deadlineMs = performance.now() + DRAIN_WITHIN_SECONDS * 1_000;
    while ((await this.backlog()) > 0) {
      signal.throwIfAborted();
      if (performance.now() > deadlineMs) {
        const what = 'the worker has emptied the buffer';
        throw benchErrors.create('wait-too-long', { what, seconds: DRAIN_WITHIN_SECONDS });
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_EVERY_MS));
    }
  }

  close(): void {
    this.#redis.disconnect();
  }
}
