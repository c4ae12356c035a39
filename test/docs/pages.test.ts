import { existsSync, writeFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { loadDraft } from '@headrace/gateway';
import { temporaryFolder } from '@headrace/testkit';
import { expect, test } from 'vitest';
import { listFiles, root } from '../architecture/source-files.ts';
import { anchors, codeBlocks, linkTargets, readPage } from './read-markdown.ts';

// What the programs in READMEs say is type-checked in test/package, against what is published.
const pages = listFiles('*.md', 'docs/**/*.md', 'packages/*/README.md', 'examples/*/README.md');

test.each(pages)('every link of %s leads somewhere', (path) => {
  const broken = linkTargets(readPage(path)).filter((target) => {
    if (/^[a-z]+:/.test(target)) return false; // other sites are not asked
    const [file = '', anchor] = target.split('#');
    const wanted = file === '' ? path : normalize(join(dirname(path), file));
    if (!existsSync(join(root, wanted))) return true;
    return anchor !== undefined && !anchors(readPage(wanted)).has(anchor);
  });
  expect(broken).toEqual([]);
});

test('every configuration shown resolves', async () => {
  await using folder = await temporaryFolder();
  writeFileSync(join(folder.path, 'mongodb.uri'), 'mongodb://127.0.0.1:27017/?replicaSet=rs0\n');
  writeFileSync(join(folder.path, 'redis.uri'), 'redis://127.0.0.1:6379\n');
  writeFileSync(join(folder.path, 'redis-ca.pem'), 'a certificate\n');
  const shown = pages.flatMap((path) => codeBlocks(path)).filter((one) => one.language === 'yaml');
  expect(shown.length).toBeGreaterThan(1);
  const wrong: string[] = [];
  for (const { text, place } of shown) {
    await loadDraft({ text, folder: folder.path }).catch((problem: unknown) =>
      wrong.push(`${place}: ${String(problem)}`),
    );
  }
  expect(wrong).toEqual([]);
});
