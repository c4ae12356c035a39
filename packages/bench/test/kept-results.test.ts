import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  allRatios,
  findWrongQuotes,
  judgeMarks,
  readQuotedRatios,
  type Ratios,
  type Results,
} from '../src/index.ts';

const root = join(import.meta.dirname, '../../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const paths = globSync('bench/results/ingest*.json', { cwd: root }).sort();
const all = paths.map((path) => JSON.parse(read(path)) as Results);

test('the ratios and marks that are kept are those of the rounds that are kept', () => {
  expect(all.length).toBeGreaterThan(0);
  for (const kept of all) {
    expect(kept.ratios).toEqual(allRatios(kept));
    expect(kept.marks).toEqual(judgeMarks(kept.ratios, kept.settings.cases));
  }
});

test('every ratio that a page quotes is the one that was measured', () => {
  const pages = globSync('{README.md,docs/**/*.md}', { cwd: root });
  // ingest.json is the last: a ratio that both families have is that of the inserts.
  const ratios = Object.assign({}, ...all.map((kept) => kept.ratios)) as Ratios;
  const wrong = pages.flatMap((page) =>
    findWrongQuotes(read(page), ratios).map((text) => `${page}: ${text}`),
  );
  expect(wrong).toEqual([]);
});

describe('quotes', () => {
  const page = [
    'Strong is <!-- ratio:strongToPlain -->5.3<!-- /ratio --> times plain,',
    'eventual <!-- ratio:eventualToPlain --> 9 <!-- /ratio --> times.',
  ].join('\n');
  const spread = (median: number) => ({ median, min: 0, max: 99, perRound: [], connections: 64 });

  test('are read between their markers', () => {
    expect(readQuotedRatios(page)).toEqual([
      { name: 'strongToPlain', text: '5.3' },
      { name: 'eventualToPlain', text: '9' },
    ]);
  });

  test('are right when rounded to the digits they have', () => {
    const ratios = { strongToPlain: spread(5.3499), eventualToPlain: spread(8.6) };
    expect(findWrongQuotes(page, ratios)).toEqual([]);
  });

  test('are wrong when rounded up beyond that, or never measured', () => {
    expect(findWrongQuotes(page, { strongToPlain: spread(5.2) })).toEqual([
      'strongToPlain is quoted as 5.3, measured is 5.2',
      'eventualToPlain is quoted and was not measured',
    ]);
  });
});
