import { expect, test } from 'vitest';
import { sourceFiles } from '../architecture/source-files.ts';
import { readPage } from './read-markdown.ts';

const registered = new Map<string, string>();
for (const { text } of sourceFiles()) {
  const specs = text.matchAll(/name: '(\w+)',\s+help: [^]*?labels: \[([^\]]*)\]/g);
  for (const [, name = '', labels = ''] of specs) {
    registered.set(`headrace_${name}`, labels.replaceAll("'", ''));
  }
}

test('docs/stability.md lists every metric with its labels, and no other', () => {
  const rows = readPage('docs/stability.md').matchAll(/^\| `(headrace_\w+)` *\| ([^|]*?) *\|$/gm);
  const listed = new Map([...rows].map(([, name = '', labels = '']) => [name, labels]));
  expect(registered.size).toBeGreaterThan(5);
  expect(listed).toEqual(registered);
});
