import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../architecture/source-files.ts';

const page = await readFile(join(root, 'docs/guarantees.md'), 'utf8');
const cited = [...page.matchAll(/\| `([^`]+\.test\.ts)`(?:: (.*?))?(?: \(stand-in\))? *\|$/gm)];

test('the page of guarantees names many tests', () => {
  expect(cited.length).toBeGreaterThan(40);
});

test.each(
  cited.map(([, file, name]) => ({ file: file ?? '', name: (name ?? '').replaceAll('\\', '') })),
)('$file has the test it is cited for: $name', async ({ file, name }) => {
  expect(existsSync(join(root, file))).toBe(true);
  const text = await readFile(join(root, file), 'utf8');
  expect(text).toContain(name);
});
