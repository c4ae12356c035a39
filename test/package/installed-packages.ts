import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '../architecture/source-files.ts';

const execute = promisify(execFile);

/** What `npm pack --json` says about one tarball. */
export interface Tarball {
  readonly name: string;
  readonly filename: string;
  readonly files: readonly { readonly path: string; readonly size: number }[];
}

/** Names of the folders under `packages/` that are published. */
export async function publishedFolders(): Promise<string[]> {
  const text = await readFile(join(root, 'tsconfig.build.json'), 'utf8');
  const { references } = JSON.parse(text) as { references: { path: string }[] };
  return references.map(({ path }) => basename(dirname(path)));
}

/** Builds all published packages and packs them into a folder. */
export async function packAll(target: string): Promise<Tarball[]> {
  await run(process.execPath, ['scripts/stage-packages.mjs'], root);
  await run(
    process.execPath,
    ['node_modules/typescript/bin/tsc', '-b', 'tsconfig.build.json'],
    root,
  );
  const folders = (await publishedFolders()).map((name) => `./dist/${name}`);
  const printed = await run(
    'npm',
    ['pack', '--json', '--pack-destination', target, ...folders],
    root,
  );
  return JSON.parse(printed) as Tarball[];
}

/** Installs tarballs into a folder as somebody else's program would, from the registry. */
export async function installInto(folder: string, tarballs: readonly Tarball[]): Promise<void> {
  const consumer = { name: 'consumer', version: '1.0.0', private: true, type: 'module' };
  await writeFile(join(folder, 'package.json'), JSON.stringify(consumer));
  const flags = ['--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund', '--omit=dev'];
  const paths = tarballs.map(({ filename }) => `./${filename}`);
  await run('npm', ['install', ...flags, '--loglevel=error', ...paths], folder);
}

/** Runs a program to its end. What it printed on standard output; throws with all it printed. */
export async function run(
  program: string,
  words: readonly string[],
  folder: string,
): Promise<string> {
  const { stdout } = await execute(program, words, {
    cwd: folder,
    env: { ...process.env, NODE_OPTIONS: '' }, // a consumer sets no condition
    maxBuffer: 16 * 1024 * 1024,
  });
  return stdout;
}
