import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';
import { codeLines, importsOf, listFiles, sourceFiles } from './source-files.ts';

const files = sourceFiles();
/** Packages whose rooms are steps of a way; in the others rooms are only drawers. */
const pipelines = new Set(['packages/writer', 'packages/gateway']);
const emptyNames = /^(utils?|helpers?|common|misc|shared|types|services?|managers?|core|lib)$/;

test('rooms are named after steps, never after kinds', () => {
  const nameless = files.filter((file) =>
    file.path
      .split('/')
      .slice(3)
      .some((part) => emptyNames.test(part.replace(/\.ts$/, ''))),
  );
  expect(nameless.map((file) => file.path)).toEqual([]);
});

test('a step imports itself, base, package-wide files, and another step only through its ports', () => {
  const wrong: string[] = [];
  for (const file of files) {
    if (file.step === '' || !pipelines.has(file.owner)) continue;
    for (const from of importsOf(file.text)) {
      if (!from.startsWith('.')) continue;
      const target = normalize(join(dirname(file.path), from));
      const inside = target.split('/').slice(3);
      const isOwn = inside.length > 1 && inside[0] === file.step;
      const isPackageWide = inside.length === 1 && inside[0] !== 'compose.ts';
      if (!isOwn && !isPackageWide && !target.endsWith('-port.ts')) {
        wrong.push(`${file.path} imports ${from}`);
      }
    }
  }
  expect(wrong).toEqual([]);
});

test('packages import each other only through their public entry', () => {
  const wrong = files.flatMap((file) =>
    importsOf(file.text)
      .filter((from) => /^@headrace\/[^/]+\/./.test(from) || /\.\.\/[^']*packages\//.test(from))
      .map((from) => `${file.path} imports ${from}`),
  );
  expect(wrong).toEqual([]);
});

test('nothing has a default export, and only named things leave a package', () => {
  const wrong = files.filter((file) => /^export (default|\* from)/m.test(file.text));
  expect(wrong.map((file) => file.path)).toEqual([]);
});

test('files stay small: median 120 lines at most, 90 % under 250, none over 400 code lines', () => {
  const sizes = files.map((file) => ({ path: file.path, lines: codeLines(file.text) }));
  sizes.sort((a, b) => a.lines - b.lines);
  expect(sizes[Math.floor(sizes.length / 2)]?.lines).toBeLessThanOrEqual(120);
  expect(sizes[Math.floor(sizes.length * 0.9)]?.lines).toBeLessThan(250);
  expect(sizes.filter((size) => size.lines > 400)).toEqual([]);
});

test('files are named in kebab-case', () => {
  const wrong = files.filter((file) => !/\/[a-z0-9-]+(\.d)?\.ts$/.test(file.path));
  expect(wrong.map((file) => file.path)).toEqual([]);
});

test('errors come from a table, and no class is named after nothing', () => {
  const plain = files.filter((file) => /throw new Error\(/.test(file.text));
  expect(plain.map((file) => file.path)).toEqual([]);
  const vague = files.filter((file) =>
    /class \w*(Manager|Handler|Service|Data|Info)\b/.test(file.text),
  );
  expect(vague.map((file) => file.path)).toEqual([]);
});

test('the environment is read only where a process starts', () => {
  const readers = files.filter((file) => /process\.env\b/.test(file.text)).map((file) => file.path);
  const allowed = /^packages\/(cli|local-servers|testkit|bench)\/|^examples\//;
  expect(readers.filter((path) => !allowed.test(path))).toEqual([]);
});

test('scripts for Redis say how many keys they take and what they answer', async () => {
  const { readFile } = await import('node:fs/promises');
  const { root } = await import('./source-files.ts');
  const scripts = listFiles('packages/*/src/**/*.lua');
  expect(scripts.length).toBeGreaterThan(0);
  for (const path of scripts) {
    expect(path).toMatch(/-(\d+|n)\.lua$/);
    const head = (await readFile(join(root, path), 'utf8')).split('\n').slice(0, 20).join('\n');
    for (const word of ['keys', 'args', 'result']) expect(`${path}: ${head}`).toContain(word);
  }
});
