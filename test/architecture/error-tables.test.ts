import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ErrorRow } from '@headrace/base';
import { expect, test } from 'vitest';
import { allErrorTables } from './all-error-tables.ts';
import { root, sourceFiles } from './source-files.ts';

const rows = Object.values(allErrorTables).flatMap((table) => Object.entries<ErrorRow>(table.rows));

test('docs/errors.md has one row per code, with its status, retry and text, and no other', async () => {
  const page = await readFile(join(root, 'docs/errors.md'), 'utf8');
  const documented = new Map(
    [...page.matchAll(/^\| `([a-z0-9-]+)` \| (\d+) \| ([a-z-]+) \| (.*) \|$/gm)].map(
      ([, code, status, retry, text]) => [code, `${status ?? ''} ${retry ?? ''} ${text ?? ''}`],
    ),
  );
  const expected = new Map(
    rows.map(([code, row]) => [
      code,
      `${row.status} ${row.retry} ${row.text.replaceAll('\n', '<br>')}`,
    ]),
  );
  expect(documented).toEqual(expected);
});

test('no code is in two tables, and every code is used somewhere', () => {
  const codes = rows.map(([code]) => code);
  expect(codes.filter((code, at) => codes.indexOf(code) !== at)).toEqual([]);
  const source = sourceFiles()
    .filter((file) => !file.path.endsWith('/errors.ts'))
    .map((file) => file.text)
    .join('\n');
  const unused = codes.filter((code) => !source.includes(`'${code}'`));
  expect(unused).toEqual([]);
});

test('every text names a cause and ends its sentence', () => {
  for (const [code, row] of rows) {
    expect(`${code}: ${row.text}`).toMatch(/[.}]$/);
  }
});
