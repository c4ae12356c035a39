import { expect, test } from 'vitest';
import { judgeMarks } from '../src/report/marks.ts';
import { offeredRatios } from '../src/report/offered.ts';
import { computeRatios, median } from '../src/report/ratios.ts';
import { someRow, threeRounds, twoShares } from './some-rows.ts';

test('a ratio is formed within each round, then the median is taken', () => {
  expect(computeRatios(threeRounds())['strongToPlainAt256']).toEqual({
    median: 8,
    min: 4,
    max: 9,
    perRound: [4, 8, 9],
    connections: 256,
  });
});

test('the plain name is the one of 64 and 256 connections with the lower median', () => {
  const ratios = computeRatios(threeRounds());
  expect(ratios['strongToPlain']).toEqual(ratios['strongToPlainAt64']);
  expect(ratios['strongToPlain']?.median).toBe(6);
});

test('without one of the two there is no plain name, only the one that was measured', () => {
  const rows = threeRounds().filter(({ connections }) => connections === 64);
  expect(Object.keys(computeRatios(rows))).toEqual(['strongToPlainAt64']);
});

test('a round that lacks one side counts in no ratio', () => {
  const rows = threeRounds().filter(({ round, name }) => !(round === 2 && name === 'plain'));
  expect(computeRatios(rows)['strongToPlainAt64']?.perRound).toEqual([5, 6]);
});

test('the lone latency compares medians at one connection, ours over plain', () => {
  const lone = (name: 'plain' | 'strong', p50: number) =>
    someRow({ name, perSecond: 1, connections: 1, latencyMs: { p50, p90: 9, p99: 9, max: 9 } });
  const ratios = computeRatios([lone('plain', 0.8), lone('strong', 1)]);
  expect(ratios['loneLatencyToPlain']?.median).toBe(1.25);
});

test('the sustained rate is compared with the plain route at 64 connections', () => {
  const rows = [
    someRow({ name: 'sustained', perSecond: 9_000 }),
    someRow({ name: 'plain', perSecond: 3_000 }),
    someRow({ name: 'plain', perSecond: 1, connections: 256 }),
  ];
  expect(computeRatios(rows)['sustainedToPlain']?.median).toBe(3);
});

test('latencies at equal offered load are compared within a round, at each share by itself', () => {
  const { strongP99ToPlainLight: light, strongP99ToPlain: heavy } = offeredRatios(twoShares());
  expect(light).toEqual({ median: 1.1, min: 1, max: 1.2, perRound: [1, 1.2] });
  expect(heavy?.perRound).toEqual([0.25, 0.2]);
});

test('a share that came late in one case counts in no ratio, and an unmarked one has its own name', () => {
  const rows = twoShares().filter(({ round, name }) => round === 1 || name === 'plain');
  expect(offeredRatios(rows)['strongP99ToPlain']?.perRound).toEqual([0.25]);
  const half = rows.map((row) => ({ ...row, share: 0.5 }));
  expect(Object.keys(offeredRatios(half))).toEqual(['strongP99ToPlainAt50']);
});

test.each([
  [[3, 1, 2], 2],
  [[4, 1, 2, 3], 2.5],
  [[7], 7],
])('the median of %j is %d', (values, expected) => {
  expect(median(values)).toBe(expected);
});

test('a mark is met at its target, missed beyond it, and never met unmeasured', () => {
  const spread = (value: number) => ({
    median: value,
    min: 0,
    max: 99,
    perRound: [value],
    connections: 64,
  });
  const ratios = { strongToPlain: spread(5), loneLatencyToPlain: spread(1.2501) };
  const marks = judgeMarks(ratios, ['strong', 'eventual']);
  expect(marks).toEqual([
    { ratio: 'strongToPlain', atLeast: 5, found: 5, met: true },
    { ratio: 'eventualToPlain', atLeast: 8, met: false },
    { ratio: 'loneLatencyToPlain', atMost: 1.25, found: 1.2501, met: false },
  ]);
});
