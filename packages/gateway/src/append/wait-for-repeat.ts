import type { Clock } from '@headrace/base';
import type { RedisPort } from './redis-port.ts';

const backOffFirstMs = 20;
const backOffAtMostMs = 1_000;

/**
 * Resolves when a lost call may be repeated: after a jittered back-off while connected, at once
 * after a reconnect, and no later than `untilMs` (monotonic).
 */
export function waitForRepeat(options: {
  readonly redis: RedisPort;
  readonly clock: Clock;
  readonly attempt: number;
  readonly untilMs: number;
}): Promise<void> {
  const { redis, clock, attempt, untilMs } = options;
  const leftMs = Math.max(0, untilMs - clock.monotonicMs());
  const backOffMs = Math.min(backOffFirstMs * 2 ** Math.min(attempt - 1, 10), backOffAtMostMs);
  const waitMs = redis.connected ? Math.min(leftMs, backOffMs * (0.5 + Math.random() / 2)) : leftMs;
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      stopListening();
      resolve();
    };
    const timer = setTimeout(done, waitMs);
    const stopListening = redis.onConnected(done);
  });
}
