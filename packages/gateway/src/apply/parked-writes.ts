import type { Clock, Log } from '@headrace/base';
import { backOffMs } from './back-off.ts';
import type { QueuedWrite } from './queued-write.ts';

const lookEveryMs = 50;
const alarmAfterMs = 300_000;

export interface ParkedWritesOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** For the alarm. */
  readonly partition: number;
  /** Told how many more, or fewer, are parked. */
  readonly changed: (by: number) => void;
  readonly retry: (queued: QueuedWrite) => void;
}

/** Writes that wait for their next attempt while all others go on. One timer for all of them. */
export class ParkedWrites {
  readonly #options: ParkedWritesOptions;
  readonly #parked = new Set<QueuedWrite>();
  #timer: NodeJS.Timeout | undefined;
  #alarmAtMs = 0;

  constructor(options: ParkedWritesOptions) {
    this.#options = options;
  }

  park(queued: QueuedWrite): void {
    const nowMs = this.#options.clock.monotonicMs();
    if (queued.parkedSinceMs === 0) queued.parkedSinceMs = nowMs;
    queued.dueAtMs = nowMs + backOffMs(queued.attempts);
    this.#parked.add(queued);
    this.#options.changed(1);
    this.#timer ??= setInterval(() => {
      this.#retryDue();
    }, lookEveryMs);
  }

  /** Forgets all of them. */
  clear(): void {
    this.#options.changed(-this.#parked.size);
    this.#parked.clear();
    this.#stopTimer();
  }

  #retryDue(): void {
    const nowMs = this.#options.clock.monotonicMs();
    const writes = this.#parked.size;
    let oldestMs = nowMs;
    for (const queued of this.#parked) {
      oldestMs = Math.min(oldestMs, queued.parkedSinceMs);
      if (queued.dueAtMs > nowMs) continue;
      this.#parked.delete(queued);
      this.#options.changed(-1);
      this.#options.retry(queued);
    }
    if (nowMs - oldestMs >= alarmAfterMs) this.#alarm({ nowMs, oldestMs, writes });
    if (this.#parked.size === 0) this.#stopTimer();
  }

  #alarm(stuck: { nowMs: number; oldestMs: number; writes: number }): void {
    const { nowMs, oldestMs, writes } = stuck;
    if (nowMs < this.#alarmAtMs) return;
    this.#alarmAtMs = nowMs + alarmAfterMs;
    const { log, partition } = this.#options;
    const fields = { partition, writes, oldestSeconds: (nowMs - oldestMs) / 1_000 };
    log.warn(fields, 'Queued writes can not be applied for minutes; they are kept and retried.');
  }

  #stopTimer(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
