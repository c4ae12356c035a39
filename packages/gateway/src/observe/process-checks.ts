import type { Clock } from '@headrace/base';
import type { MongoClient } from 'mongodb';
import type { Ready, ReadyCheck } from './ready-port.ts';

/** Beyond this, ages and windows computed from our clock can't be trusted (protocol A13). */
const maxClockOffsetMs = 60_000;
const helloTimeoutMs = 2_000;

export interface ProcessChecksOptions {
  readonly client: MongoClient;
  readonly clock: Clock;
  /** Absent where no Redis is configured. */
  readonly redis?: { readonly connected: boolean };
}

/** What must be well for a process to take work: its servers, its clock, and not being on its way out. */
export class ProcessChecks implements Ready {
  readonly #options: ProcessChecksOptions;
  #stopping = false;

  constructor(options: ProcessChecksOptions) {
    this.#options = options;
  }

  /** From now on the process answers "not ready", so that balancers leave it before it is gone. */
  stopping(): void {
    this.#stopping = true;
  }

  async checks(): Promise<readonly ReadyCheck[]> {
    const { redis } = this.#options;
    const checks = [
      { name: 'process', ok: !this.#stopping, detail: this.#stopping ? 'stopping' : 'running' },
      ...(await this.#databaseChecks()),
    ];
    if (redis === undefined) return checks;
    const detail = redis.connected ? 'connected' : 'not connected: the tier eventual is refused';
    // Without Redis the direct lane still serves, so this alone does not take the process out.
    return [...checks, { name: 'redis', ok: true, detail }];
  }

  async #databaseChecks(): Promise<ReadyCheck[]> {
    const { client, clock } = this.#options;
    try {
      const hello = await client.db('admin').command({ hello: 1 }, { timeoutMS: helloTimeoutMs });
      const offsetMs = Math.round(clock.epochMs() - (hello['localTime'] as Date).getTime());
      return [
        { name: 'mongodb', ok: true, detail: `answers, primary ${String(hello['primary'])}` },
        {
          name: 'clock',
          ok: Math.abs(offsetMs) <= maxClockOffsetMs,
          detail: `${offsetMs} ms from the database's`,
        },
      ];
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      return [{ name: 'mongodb', ok: false, detail: reason }];
    }
  }
}
