import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HeadraceError } from '@headrace/base';
import type { MongoSource } from './mongo-source.ts';
import { perUserCache } from './per-user-cache.ts';
import { runCommand } from './run-command.ts';

const PACKAGE = 'mongodb-memory-server';
const DOWNLOAD_WITHIN_MS = 60_000;
// In a process of its own: the package has no way to give a hanging download up.
const PRINT_PATH = `
  const { MongoBinary } = await import(process.argv[1]);
  console.log(await MongoBinary.getPath({ downloadDir: process.argv[2] }));
`;

/** A real mongod, downloaded by a package that is used if the project has it and never required. */
export const mongodByMemoryServer: MongoSource = {
  name: PACKAGE,
  find: async (say) => {
    const packageUrl = resolvePackage();
    if (packageUrl === undefined) return 'not installed in this project';
    const folder = join(perUserCache(), PACKAGE);
    const refused = join(folder, 'download-refused');
    if (existsSync(refused)) return `its download failed before (delete ${refused} to try again)`;
    await mkdir(folder, { recursive: true });
    say(
      `Asking ${PACKAGE} for mongod: up to ${DOWNLOAD_WITHIN_MS / 1000} s. Set MONGODB_URI to skip.`,
    );
    try {
      const args = ['--input-type=module', '-e', PRINT_PATH, packageUrl, folder];
      const printed = await runCommand({
        ...{ path: process.execPath, args, cwd: folder, withinMs: DOWNLOAD_WITHIN_MS, say },
      });
      return { kind: 'mongod', path: printed.trim() };
    } catch (cause) {
      if (!(cause instanceof HeadraceError)) throw cause;
      await writeFile(refused, `${cause.message}\n`);
      return 'it could not download one';
    }
  },
};

function resolvePackage(): string | undefined {
  try {
    return import.meta.resolve(PACKAGE);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND') return undefined;
    throw cause;
  }
}
