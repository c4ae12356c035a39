import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Family } from '../plan/cases.ts';
import type { Results } from './results.ts';

const FILES: Readonly<Record<Family, string>> = {
  inserts: 'ingest.json',
  changes: 'ingest-changes.json',
};

/**
 * Writes the results of a family and adds a line to `history.ndjson`.
 * @returns the path of the results
 */
export async function writeResults(
  folder: string,
  family: Family,
  results: Results,
): Promise<string> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, FILES[family]);
  await writeFile(path, resultsText(results));
  await appendFile(join(folder, 'history.ndjson'), `${historyLine(results)}\n`);
  return path;
}

/** One line a row, so that two runs can be compared with a diff. */
export function resultsText({ rounds, ...head }: Results): string {
  const rows = rounds.map((row) => `    ${JSON.stringify(row)}`).join(',\n');
  const text = JSON.stringify(head, null, 2).replace(/\n}$/, '');
  return `${text},\n  "rounds": [\n${rows}\n  ]\n}\n`;
}

export function historyLine({ date, commit, command, ratios }: Results): string {
  const medians = Object.entries(ratios).map(([name, { median }]) => [name, median]);
  return JSON.stringify({
    date,
    commit: commit.id,
    clean: commit.clean,
    command,
    ratios: Object.fromEntries(medians) as Record<string, number>,
  });
}
