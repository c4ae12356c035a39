import { execFile } from 'node:child_process';
import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { temporaryFolder } from '@headrace/testkit';
import { root } from '../architecture/source-files.ts';

const execute = promisify(execFile);

/** A folder in which programs of a page run, with the packages of this repository installed. */
export interface ProgramFolder extends AsyncDisposable {
  readonly path: string;
  /** Runs a program for its text on standard output; throws where it does not end with 0. */
  run(file: string, text: string): Promise<string>;
}

export async function programFolder(): Promise<ProgramFolder> {
  const folder = await temporaryFolder();
  const { path } = folder;
  await writeFile(join(path, 'package.json'), '{ "type": "module" }');
  await symlink(join(root, 'node_modules'), join(path, 'node_modules'));
  return {
    path,
    async run(file, text) {
      await writeFile(join(path, file), text);
      const words = ['--conditions=headrace-source', file];
      return (await execute(process.execPath, words, { cwd: path })).stdout;
    },
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}
