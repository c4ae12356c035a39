import { expect, test } from 'vitest';
import type { EndedCommand } from '../../src/pace/pace-port.ts';
import { hardMaxBatchBytes, Pace } from '../../src/pace/pace.ts';

const mib = 1024 * 1024;
const orderBytes = 269;

function some(command: Partial<EndedCommand> = {}): EndedCommand {
  const { documents = 128 } = command;
  return { documents, bytes: documents * orderBytes, latencyMs: 5, failed: 0, ...command };
}

/** Sends commands one after the other. */
function pass(pace: Pace, shard: string, commands: readonly EndedCommand[]): void {
  for (const command of commands) {
    expect(pace.mayLeave(shard)).toBe(true);
    pace.ended(shard, command);
  }
}

function takeAll(pace: Pace, shard: string): number {
  let taken = 0;
  while (pace.mayLeave(shard)) taken += 1;
  return taken;
}

test('begins with 128 documents and two commands in flight', () => {
  const pace = new Pace({ places: 64, maxBytes: 4 * mib });
  expect(pace.capsFor('a', orderBytes)).toEqual({ maxWrites: 128, maxBytes: 4 * mib });
  expect(takeAll(pace, 'a')).toBe(2);
});

test('no setting takes a command near the 16 MiB at which the driver would cut it', () => {
  const pace = new Pace({ places: 64, maxBytes: 32 * mib });
  const { maxBytes } = pace.capsFor('a', orderBytes);
  expect(maxBytes).toBe(hardMaxBatchBytes);
  expect(maxBytes).toBeLessThanOrEqual(15.9 * mib);
  expect(maxBytes).toBeGreaterThan(15.8 * mib);
});

test('batch sizes are those of a shard and of a size of documents', () => {
  const pace = new Pace({ places: 64, maxBytes: 4 * mib });
  pass(
    pace,
    'a',
    Array.from({ length: 5 }, () => some({ failed: 128 })),
  );
  expect(pace.capsFor('a', orderBytes).maxWrites).toBe(64);
  expect(pace.capsFor('a', 1).maxWrites).toBe(64);
  expect(pace.capsFor('a', 100_000).maxWrites).toBe(128);
  expect(pace.capsFor('b', orderBytes).maxWrites).toBe(128);
});

/** Commands too small to change anything, as large as the small ones that count as full. */
const usual = (count: number, latencyMs: number): EndedCommand[] =>
  Array.from({ length: count }, () => some({ documents: 50, latencyMs }));
const full = (latencyMs: number): EndedCommand[] =>
  Array.from({ length: 5 }, () => some({ documents: 54, latencyMs }));

test.each([
  [121, 64],
  [119, 76],
  [81, 76],
  [79, 128],
])('a latency of %i ms where the median is 100 makes it %i documents', (latencyMs, expected) => {
  const pace = new Pace({ places: 8, maxBytes: mib, batch: { start: 64, least: 16, most: 1000 } });
  pass(pace, 'a', [...usual(50, 100), ...full(latencyMs)]);
  expect(pace.capsFor('a', orderBytes).maxWrites).toBe(expected);
});

test('the median is that of the last fifty commands like them', () => {
  const pace = new Pace({ places: 8, maxBytes: mib, batch: { start: 64, least: 16, most: 1000 } });
  pass(pace, 'a', [...usual(40, 100), ...usual(50, 200), ...full(150)]);
  expect(pace.capsFor('a', orderBytes).maxWrites).toBe(128);
});

test('how long a failed command took does not count as what is usual', () => {
  const pace = new Pace({ places: 64, maxBytes: 4 * mib });
  pass(
    pace,
    'a',
    Array.from({ length: 10 }, () => some({ latencyMs: 5 })),
  );
  const before = pace.capsFor('a', orderBytes).maxWrites;
  expect(before).toBeGreaterThan(128);
  const late = some({ documents: before, latencyMs: 5_000, failed: before });
  pass(
    pace,
    'a',
    Array.from({ length: 30 }, () => late),
  );
  expect(pace.capsFor('a', orderBytes).maxWrites).toBe(16);
  const full = (): EndedCommand =>
    some({ documents: pace.capsFor('a', orderBytes).maxWrites, latencyMs: 5 });
  for (let n = 0; n < 150; n += 1) pass(pace, 'a', [full()]);
  expect(pace.capsFor('a', orderBytes).maxWrites).toBe(1000);
});

test('a shard whose commands do not come back holds up itself alone', () => {
  const limit = { limit: 8, ended: () => undefined };
  const pace = new Pace({ places: 16, maxBytes: 4 * mib, newLimit: () => limit });
  for (const shard of ['stuck', 'b', 'c', 'd']) pass(pace, shard, [some()]);
  // It may have what nobody else has a right to: its own four, and none of theirs.
  expect(takeAll(pace, 'stuck')).toBe(4);
  for (const shard of ['b', 'c', 'd']) {
    expect(takeAll(pace, shard)).toBe(4);
    pace.ended(shard, some());
    expect(pace.mayLeave('stuck')).toBe(false);
    expect(pace.mayLeave(shard)).toBe(true);
  }
});
