import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { FirstRow } from '../src/measure/measure-first.ts';
import { FIRST_CASE_NAMES, FIRST_REQUESTS } from '../src/plan/first-cases.ts';
import { readFirstCommandLine } from '../src/plan/first-command-line.ts';
import {
  firstResults,
  formatFirst,
  timeRatios,
  type FirstResults,
} from '../src/report/first-results.ts';

const surroundings = {
  date: '2026-01-01T00:00:00.000Z',
  command: 'npm run bench:first',
  commit: { id: 'c0ffee', clean: true },
  machine: { cpu: 'a cpu', cores: 2, memoryGib: 8, system: 'linux 6 x64', loadBefore: 0 },
  ...{ versions: { node: 'v24.0.0' }, programs: {} },
};

/** Three rounds in which the writer's first requests take 2, 4 and 6 ms, the others' 10. */
const rounds: readonly FirstRow[] = [1, 2, 3].flatMap((round) =>
  FIRST_REQUESTS.flatMap((requests) =>
    FIRST_CASE_NAMES.map((name) => {
      const firstMs = name === 'headrace' ? 2 * round : 10;
      return { round, name, requests, readyMs: 50, firstMs, steadyMs: 2 };
    }),
  ),
);

test('first requests are held against those of others and against the steady ones', () => {
  const ratios = timeRatios(rounds);
  expect(ratios['firstToDriverColdAt1']).toEqual({
    ...{ median: 0.4, min: 0.2, max: 0.6 },
    perRound: [0.2, 0.4, 0.6],
  });
  expect(ratios['firstToSteadyAt16']?.median).toBe(2);
});

test('the table shows medians and the slowest', () => {
  const table = formatFirst(firstResults(surroundings, rounds));
  expect(table).toMatch(/^headrace +16 +50\.00 +4\.00 +6\.00 +2\.00$/m);
});

test('the ratios that are kept are those of the rounds that are kept', () => {
  const path = join(import.meta.dirname, '../../../bench/results/first.json');
  const kept = JSON.parse(readFileSync(path, 'utf8')) as FirstResults;
  expect(kept.commit.clean).toBe(true);
  expect(kept.ratios).toEqual(timeRatios(kept.rounds));
});

test('only a whole run is kept', () => {
  expect(readFirstCommandLine([])).toMatchObject({ rounds: 7, out: 'bench/results' });
  expect(readFirstCommandLine(['--quick'])).toMatchObject({ rounds: 1, out: undefined });
});
