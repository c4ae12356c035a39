import { expect, test } from 'vitest';
import { WHOLE } from '../src/plan/settings.ts';
import { formatReport } from '../src/report/format-report.ts';
import { makeResults, type Results } from '../src/report/results.ts';
import { historyLine, resultsText } from '../src/report/write-results.ts';
import { threeRounds, twoShares } from './some-rows.ts';

const results = makeResults(
  {
    date: '2026-01-01T00:00:00.000Z',
    command: 'npm run bench:ingest',
    commit: { id: 'c0ffee', clean: true },
    machine: { cpu: 'a cpu', cores: 2, memoryGib: 8, system: 'linux 6 x64', loadBefore: 0 },
    versions: { node: 'v24.0.0' },
    programs: { wrk: '4.1.0, 1 thread' },
  },
  {
    settings: WHOLE,
    preRun: { chosen: { pool: 32, parser: 'reviver' }, parsers: [], pools: [] },
    offered: twoShares(),
    rounds: threeRounds(),
  },
);

test('the file reads back as what it was written from, one line a row', () => {
  const text = resultsText(results);
  expect(JSON.parse(text) as Results).toEqual(JSON.parse(JSON.stringify(results)));
  expect(text.split('\n').filter((line) => line.startsWith('    {"round"'))).toHaveLength(12 + 8);
});

test('a line of the history says when, what and how it came out', () => {
  expect(JSON.parse(historyLine(results))).toEqual({
    date: '2026-01-01T00:00:00.000Z',
    commit: 'c0ffee',
    clean: true,
    command: 'npm run bench:ingest',
    ratios: {
      strongToPlain: 6,
      strongToPlainAt64: 6,
      strongToPlainAt256: 8,
      strongP99ToPlainLight: 1.1,
      strongP99ToPlain: 0.225,
    },
  });
});

test('the report shows the median row, the ratios with their spread and the marks', () => {
  const report = formatReport(results);
  expect(report).toMatch(/^strong +64 +14,000 /m);
  expect(report).toMatch(/^strongToPlain +6\.00 +5\.00 to 7\.00, 64 connections$/m);
  expect(report).toMatch(/^met +strongToPlain at least 5: 6\.00$/m);
  expect(report).toMatch(/^strong +80 % +1,000 +2\.00 +9\.00 +50 +0\.30 +0$/m);
  expect(report).toMatch(/^met +strongP99ToPlain at most 0\.3: 0\.23$/m);
  expect(report).toMatch(/^not measured +eventualToPlain at least 8$/m);
});
