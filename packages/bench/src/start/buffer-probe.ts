import { Redis } from 'ioredis';
import { drainBacklog } from './drain-backlog.ts';

// The shipped defaults of `redis.prefix` and `buffer.partitions`, and the one tenant there is. Were
// they wrong, the backlog would read 0 and the count of stored documents would not come out.
const PREFIX = 'hr';
const PARTITIONS = 16;
const TENANT = 'default';

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
  drain(signal: AbortSignal): Promise<void> {
    return drainBacklog(() => this.backlog(), signal);
  }

  close(): void {
    this.#redis.disconnect();
  }
}
