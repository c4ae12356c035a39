// Lays out in dist/ what is published, a folder for each package that tsconfig.build.json names, so
// that `tsc -b` only has to add the JavaScript. It lies beside the packages, not in them: a build
// can never stand in for the sources. `npm publish dist/<name>` publishes one.
import { cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath, URL } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const DIST = join(ROOT, 'dist');

rmSync(DIST, { recursive: true, force: true });
for (const { path } of readJson(join(ROOT, 'tsconfig.build.json')).references) {
  stage(join(ROOT, dirname(path)));
}

function stage(folder) {
  const target = join(DIST, basename(folder));
  const described = readJson(join(folder, 'package.json'));
  mkdirSync(target, { recursive: true });
  const published = JSON.stringify(described, withoutDevelopment, 2);
  writeFileSync(join(target, 'package.json'), `${published}\n`);
  cpSync(join(folder, 'README.md'), join(target, 'README.md'));
  cpSync(join(ROOT, 'LICENSE'), join(target, 'LICENSE'));
  for (const name of described.files.filter((name) => name !== 'dist')) {
    cpSync(join(folder, name), join(target, name), { recursive: true });
  }
  copyScripts(join(folder, 'src'), join(target, 'dist'));
}

/** What modules read from beside themselves; tsc copies only what it compiles. */
function copyScripts(from, to) {
  for (const name of globSync('**/*.lua', { cwd: from })) cpSync(join(from, name), join(to, name));
}

/** The sources and what tests need stay here, so the condition that leads to them does too. */
function withoutDevelopment(name, value) {
  return name === 'headrace-source' || name === 'devDependencies' ? undefined : value;
}

function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}
