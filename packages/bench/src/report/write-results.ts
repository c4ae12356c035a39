import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Family } from '../plan/cases.ts';
import type { Results } from './results.ts';
import type { Surroundings } from './surroundings.ts';

/** What all results have, whatever was measured. */
export interface KeptResults extends Surroundings {
  readonly ratios: Readonly<Record<string, { readonly median: number }>>;
  /** Every load that was offered at fixed arrival times. */
  readonly offered?: readonly unknown[];
  /** Every measurement, in the order of the run. */
  readonly rounds: readonly unknown[];
}

const FILES: Readonly<Record<Family, string>> = {
  inserts: 'ingest.json',
  changes: 'ingest-changes.json',
};

/** Writes the results of a family, as `keepResults` does. */
export function writeResults(folder: string, family: Family, results: Results): Promise<string> {
  return keepResults(folder, FILES[family], results);
}

/**
 * Writes results to a file and adds a line to `history.ndjson` beside it.
 * @returns the path of the results
 */
export async function keepResults(
  folder: string,
  file: string,
  results: KeptResults,
): Promise<string> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, file);
  await writeFile(path, resultsText(results));
  await appendFile(join(folder, 'history.ndjson'), `${historyLine(results)}\n`);
  return path;
}

/** One line a row, so that two runs can be compared with a diff. */
export function resultsText({ offered, rounds, ...head }: KeptResults): string {
  const lists = Object.entries({ ...(offered && { offered }), rounds }).map(([name, rows]) => {
    const lines = rows.map((row) => `    ${JSON.stringify(row)}`).join(',\n');
    return `,\n  "${name}": [\n${lines}\n  ]`;
  });
  return `${JSON.stringify(head, null, 2).replace(/\n}$/, '')}${lists.join('')}\n}\n`;
}

export function historyLine({ date, commit, command, ratios }: KeptResults): string {
  const medians = Object.entries(ratios).map(([name, { median }]) => [name, median]);
  return JSON.stringify({
    date,
    commit: commit.id,
    clean: commit.clean,
    command,
    ratios: Object.fromEntries(medians) as Record<string, number>,
  });
}
