import { silentLog, type LogFields } from '@headrace/base';
import { waitFor } from '@headrace/testkit';
import { describe, expect, it } from 'vitest';
import { backOffMs } from '../../src/apply/back-off.ts';
import { ParkedWrites } from '../../src/apply/parked-writes.ts';
import { QueuedWrite } from '../../src/apply/queued-write.ts';
import { encodeFrame, decodeFrame, frameBytes, type Frame } from '../../src/append/frame-port.ts';
import { bareWrite } from '../append/lane-under-test.ts';

function queuedWrite(attempts: number): QueuedWrite {
  const write = bareWrite();
  const frame = Buffer.alloc(frameBytes(write));
  encodeFrame(write, 0, frame);
  const entry = { tenant: 'default', id: Buffer.from('1-1'), frame, suspect: false };
  return Object.assign(new QueuedWrite(entry, decodeFrame(frame) as Frame), { attempts });
}

function parkedAt(): {
  parked: ParkedWrites;
  pass: (ms: number) => void;
  retried: QueuedWrite[];
  warned: LogFields[];
  count: () => number;
} {
  let nowMs = 1;
  let count = 0;
  const retried: QueuedWrite[] = [];
  const warned: LogFields[] = [];
  const parked = new ParkedWrites({
    clock: { monotonicMs: () => nowMs, epochMs: () => 0 },
    log: { ...silentLog, warn: (fields) => warned.push(fields) },
    partition: 3,
    changed: (by) => (count += by),
    retry: (queued) => retried.push(queued),
  });
  return { parked, retried, warned, count: () => count, pass: (ms) => (nowMs += ms) };
}

describe('the back-off', () => {
  it('grows from a tenth of a second to half a minute, with jitter', () => {
    for (let attempts = 1; attempts < 30; attempts += 1) {
      const fullMs = Math.min(100 * 2 ** (attempts - 1), 30_000);
      const waits = Array.from({ length: 20 }, () => backOffMs(attempts));
      expect(Math.max(...waits)).toBeLessThanOrEqual(fullMs);
      expect(Math.min(...waits)).toBeGreaterThanOrEqual(fullMs / 2);
      expect(new Set(waits).size).toBeGreaterThan(1);
    }
  });
});

describe('parked writes', () => {
  it('are tried again when their time has come, each by itself', async () => {
    const { parked, retried, pass, count } = parkedAt();
    const [soon, late] = [queuedWrite(1), queuedWrite(9)];
    parked.park(soon);
    parked.park(late);
    expect(count()).toBe(2);
    pass(100);
    await waitFor(() => retried.length === 1, { what: 'the first one is tried again' });
    expect(retried).toEqual([soon]);
    pass(30_000);
    await waitFor(() => retried.length === 2, { what: 'the other one is tried again' });
    expect(count()).toBe(0);
  });

  it('raise an alarm after five minutes, once in five minutes', async () => {
    const { parked, retried, warned, pass } = parkedAt();
    const queued = queuedWrite(1);
    parked.park(queued);
    pass(299_000);
    await waitFor(() => retried.length === 1, { what: 'it is tried again' });
    expect(warned).toEqual([]);
    parked.park(queued);
    pass(1_000);
    await waitFor(() => retried.length === 2, { what: 'it is tried once more' });
    parked.park(queued);
    pass(1_000);
    await waitFor(() => retried.length === 3, { what: 'it is tried a third time' });
    expect(warned).toEqual([{ partition: 3, writes: 1, oldestSeconds: 300 }]);
  });
});
