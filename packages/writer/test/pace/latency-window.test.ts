import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LatencyWindow } from '../../src/pace/latency-window.ts';

test('knows no median of fewer than five', () => {
  const window = new LatencyWindow(50);
  for (const ms of [4, 1, 3, 2]) window.add(ms);
  expect(window.median).toBeUndefined();
  window.add(9);
  expect(window.median).toBe(3);
  window.clear();
  expect(window.median).toBeUndefined();
});

test('the median is that of the latest ones, whatever they are', () => {
  const latencies = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 5, maxLength: 60 });
  fc.assert(
    fc.property(latencies, fc.integer({ min: 5, max: 12 }), (all, size) => {
      const window = new LatencyWindow(size);
      for (const ms of all) window.add(ms);
      const latest = all.slice(-size).sort((a, b) => a - b);
      expect(window.median).toBe(latest[latest.length >> 1]);
    }),
  );
});
