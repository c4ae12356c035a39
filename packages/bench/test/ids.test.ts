import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ID_CASE_NAMES, makeIds } from '../src/measure/id-cases.ts';
import { measureIds, type IdRow } from '../src/measure/id-threads.ts';
import { readIdsCommandLine } from '../src/plan/ids-command-line.ts';
import { costRatios, formatIds, idsResults, type IdsResults } from '../src/report/ids-results.ts';

const surroundings = {
  date: '2026-01-01T00:00:00.000Z',
  command: 'npm run bench:ids',
  commit: { id: 'c0ffee', clean: true },
  machine: { cpu: 'a cpu', cores: 2, memoryGib: 8, system: 'linux 6 x64', loadBefore: 0 },
  ...{ versions: { node: 'v24.0.0' }, programs: {} },
};

/** Three rounds in which every id costs the same, but UUID v7 more in each, and 4 threads double. */
const rounds: readonly IdRow[] = [1, 2, 3].flatMap((round) =>
  [0, 4].flatMap((threads) =>
    ID_CASE_NAMES.map((name) => {
      const nsPerId = (name === 'uuidV7' ? 100 * round : 100) * (threads === 0 ? 1 : 2);
      return { round, name, threads, nsPerId, idsPerSecond: 1e9 / nsPerId };
    }),
  ),
);

test.each(ID_CASE_NAMES)('%s: ids are made for as long as was asked', (name) => {
  const { ids, ms, checksum } = makeIds(name, 2);
  expect(ids).toBeGreaterThanOrEqual(5_000);
  expect(ms).toBeGreaterThanOrEqual(2);
  expect(checksum).not.toBe(0);
});

test('threads make ids at the same time', async () => {
  const step = { round: 1, name: 'uuidV7', warmUpMs: 1, forMs: 5 } as const;
  const [alone, two] = [
    await measureIds({ ...step, threads: 0 }),
    await measureIds({ ...step, threads: 2 }),
  ];
  expect([alone.threads, two.threads]).toEqual([0, 2]);
  for (const row of [alone, two]) {
    const threads = Math.max(1, row.threads);
    expect((row.idsPerSecond * row.nsPerId) / 1e9).toBeCloseTo(threads, 0);
  }
});

test('ratios are medians over the rounds, alone and on threads', () => {
  const ratios = costRatios(rounds);
  expect(ratios['uuidV7ToObjectId']).toEqual({
    ...{ median: 2, min: 1, max: 3 },
    perRound: [1, 2, 3],
  });
  expect(ratios['uuidV7ToObjectIdAt4Threads']?.median).toBe(2);
  expect(ratios['objectIdAt4ThreadsToAlone']?.median).toBe(2);
});

test('the table shows each way alone and on threads, and its share of a core', () => {
  const table = formatIds(idsResults(surroundings, rounds));
  expect(table).toMatch(/^uuidV7 +alone +200 .* 2\.00$/m);
  expect(table).toMatch(/^objectId +4 +200 .* 2\.00$/m);
});

test('the ratios that are kept are those of the rounds that are kept', () => {
  const path = join(import.meta.dirname, '../../../bench/results/ids.json');
  const kept = JSON.parse(readFileSync(path, 'utf8')) as IdsResults;
  expect(kept.commit.clean).toBe(true);
  expect(kept.ratios).toEqual(costRatios(kept.rounds));
});

test('only a whole run is kept', () => {
  expect(readIdsCommandLine([])).toMatchObject({ rounds: 5, out: 'bench/results' });
  expect(readIdsCommandLine(['--quick'])).toMatchObject({ rounds: 1, out: undefined });
  expect(() => readIdsCommandLine(['--fast'])).toThrow('--help');
});
