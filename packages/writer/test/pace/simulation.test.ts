import { describe, expect, test } from 'vitest';
import { Pace } from '../../src/pace/pace.ts';
import { compare, kneeOf } from './simulation/compare.ts';
import { percentile, settledAfter, stretch } from './simulation/measure.ts';
import { forMs, methods, runLimit, runPace, scenarios } from './simulation/scenarios.ts';
import { hardKnee } from './simulation/server-model.ts';
import { simulate, type Step } from './simulation/simulate.ts';

// On modelled servers, with seeds: the same in every run. scripts/simulate-pace.ts prints it all.

const method = 'Vegas, measured';

describe('commands in flight', () => {
  test.each(['knee1', 'knee3', 'knee6', 'noisy'] as const)('converge and stay, with %s', (name) => {
    const knee = kneeOf(scenarios[name]);
    const row = compare(method, scenarios[name], knee);
    expect(row.throughput).toBeGreaterThan(0.93);
    expect(Math.abs(row.limit - knee.limit)).toBeLessThanOrEqual(2);
    expect(row.amplitude).toBeLessThanOrEqual(2);
    expect(row.settledAfter).toBeLessThanOrEqual(200);
  });
});

test('a server twice as slow for 10 s: nothing is lost while it is, nor afterwards', () => {
  const knee = kneeOf(scenarios.slowed);
  const steps = runLimit(methods[method], scenarios.slowed, 2);
  const slow = stretch(steps, 10_500, 20_000).perMs / stretch(steps, 5_000, 10_000).perMs;
  expect(slow).toBeGreaterThan(0.46);
  // At the best fixed limit it stores this much before and after.
  const perMs = knee.last.perMs;
  expect(stretch(steps, 20_500, 21_500).perMs).toBeGreaterThan(perMs * 0.9);
  expect(stretch(steps, 21_500, 30_000).perMs).toBeGreaterThan(perMs * 0.93);
});

test('one second of errors: fewer in flight while it lasts, all as before soon after', () => {
  const steps = runLimit(methods[method], scenarios.errors, 2);
  const before = stretch(steps, 5_000, 10_000);
  expect(stretch(steps, 10_200, 11_000).limit).toBeLessThan(before.limit);
  expect(stretch(steps, 11_500, 13_000).perMs).toBeGreaterThan(before.perMs * 0.95);
});

test('a server that refuses large commands for a second gets small ones, and large ones again', () => {
  const troubles = [{ fromMs: 10_000, toMs: 11_000, mostDocuments: 200 }];
  const steps = runPace({ ...scenarios.knee3, troubles }, 4);
  const during = steps.filter(({ atMs }) => atMs >= 10_000 && atMs < 11_000);
  expect(steps.find(({ atMs }) => atMs >= 9_999)?.size).toBe(1000);
  // 1,000, 500, 250, 125: three changes of five commands, and what was in flight meanwhile.
  expect(during.findIndex(({ size }) => size <= 200)).toBeLessThanOrEqual(25);
  expect(during.filter(({ failed }) => failed).length).toBeLessThan(during.length / 3);
  expect(steps.find(({ atMs }) => atMs >= 13_000)?.size).toBe(1000);
});

test('a server that never takes more than 300 documents: sizes stay around that', () => {
  const troubles = [{ fromMs: 0, toMs: forMs, mostDocuments: 300 }];
  const steps = runPace({ ...scenarios.knee3, troubles }, 4).filter(({ atMs }) => atMs > 5_000);
  const sizes = steps.map(({ size }) => size);
  expect(percentile(sizes, 0.01)).toBeGreaterThanOrEqual(60);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(600);
  expect(steps.filter(({ failed }) => failed).length).toBeLessThan(steps.length / 5);
});

test('with sizes as they come, limits settle as well', () => {
  for (const perMs of [10, 40]) {
    const pace = new Pace({ places: 64, maxBytes: 4 * 1024 * 1024 });
    const load = { shard: 'a', server: hardKnee(3), perMs };
    const steps = simulate(pace, [load], { forMs: 20_000, seed: 5 });
    expect(stretch(steps, 5_000, 20_000).perMs).toBeGreaterThan(perMs * 0.95);
    const { limit, amplitude } = stretch(steps, 5_000, 20_000);
    expect(Math.abs(limit - 4)).toBeLessThanOrEqual(1);
    expect(amplitude).toBeLessThanOrEqual(2);
  }
});

test('under light load a write waits for nothing but the server', () => {
  const pace = new Pace({ places: 64, maxBytes: 4 * 1024 * 1024 });
  const light = { shard: 'a', server: hardKnee(3), perMs: 2 };
  const steps = simulate(pace, [light], { forMs: 10_000, seed: 5 });
  expect(stretch(steps, 1_000, 10_000).latencyMs).toBeLessThan(2);
  expect(stretch(steps, 1_000, 10_000).perMs).toBeGreaterThan(1.9);
});

test('equal seeds, equal runs', () => {
  expect(runPace(scenarios.noisy, 5).slice(0, 500)).toEqual(
    runPace(scenarios.noisy, 5).slice(0, 500),
  );
});

test('a shard twenty times as slow leaves the others their rate', () => {
  const rateOf = (steps: readonly Step[], shard: string): number =>
    stretch(
      steps.filter((step) => step.shard === shard),
      1_000,
      5_000,
    ).perMs;
  const run = (slower: number): readonly Step[] => {
    const pace = new Pace({ places: 16, maxBytes: 4 * 1024 * 1024 });
    const slow = {
      shard: 'slow',
      server: hardKnee(3),
      troubles: [{ fromMs: 0, toMs: forMs, slower }],
    };
    const others = ['b', 'c'].map((shard) => ({ shard, server: hardKnee(3) }));
    return simulate(pace, [slow, ...others], { forMs: 5_000, seed: 3 });
  };
  const [before, after] = [run(1), run(20)];
  expect(rateOf(after, 'slow')).toBeLessThan(rateOf(before, 'slow') / 10);
  for (const shard of ['b', 'c']) {
    expect(rateOf(after, shard)).toBeGreaterThan(rateOf(before, shard) * 0.9);
  }
});

test('the size of batches converges within 300 commands and stays', () => {
  const steps = runPace(scenarios.knee3, 1);
  expect(settledAfter(steps, ({ size }) => size, 1)).toBeLessThanOrEqual(300);
  expect(steps.at(-1)?.size).toBe(1000);
});
