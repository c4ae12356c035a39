import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { HeadraceError } from '@headrace/base';
import { withInstallLock } from './install-lock.ts';
import type { MongoSource } from './mongo-source.ts';
import { perUserCache } from './per-user-cache.ts';
import { isExecutable, programOnPath } from './program-on-path.ts';
import { runCommand } from './run-command.ts';
import type { Say } from './say.ts';

const VERSION = '0.7.0b3';

/** The same server in Python, about three times slower: for a machine without cargo. */
export const secantusdByPip: MongoSource = {
  name: 'secantusd-py, installed by pip',
  find: async (say) => {
    const venv = join(perUserCache(), `secantus-py-${VERSION}`);
    const path = join(venv, 'bin', 'secantusd-py');
    if (await isExecutable(path)) return { kind: 'secantusd-py', path };
    const python = await programOnPath('python3');
    if (python === undefined) return 'python3 not on PATH';
    try {
      await withInstallLock(`${venv}.lock`, say, async () => {
        if (!(await isExecutable(path))) await install(python, venv, say);
      });
    } catch (cause) {
      if (!(cause instanceof HeadraceError)) throw cause;
      say(cause.message);
      return 'pip failed, see above';
    }
    return { kind: 'secantusd-py', path };
  },
};

async function install(python: string, venv: string, say: Say): Promise<void> {
  say(`Installing secantusd-py ${VERSION} with pip: about 15 s, once. To skip it set MONGODB_URI.`);
  try {
    await runCommand({ path: python, args: ['-m', 'venv', '--clear', venv], say });
    const args = ['install', '--quiet', `SecantusDB==${VERSION}`];
    await runCommand({ path: join(venv, 'bin', 'pip'), args, say });
  } catch (cause) {
    await rm(venv, { recursive: true, force: true });
    throw cause;
  }
}
