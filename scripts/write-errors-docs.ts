import { readFile, writeFile } from 'node:fs/promises';
import { allErrorTables } from '../test/architecture/all-error-tables.ts';

// Writes the tables of docs/errors.md from the error tables of the packages. The text around the
// tables is written by hand; test/architecture/error-tables.test.ts fails when they differ.
const page = new URL('../docs/errors.md', import.meta.url);

let text = await readFile(page, 'utf8');
for (const [name, { rows }] of Object.entries(allErrorTables)) {
  const table = [
    '| code | status | retry | text |',
    '| --- | --- | --- | --- |',
    ...Object.entries(rows).map(
      ([code, row]) =>
        `| \`${code}\` | ${row.status} | ${row.retry} | ${row.text.replaceAll('\n', '<br>')} |`,
    ),
  ].join('\n');
  const block = new RegExp(`(<!-- ${name} -->\n)[\\s\\S]*?(\n<!-- /${name} -->)`);
  text = text.replace(block, `$1\n${table}\n$2`);
}
await writeFile(page, text);
