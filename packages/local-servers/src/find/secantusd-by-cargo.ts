import { homedir } from 'node:os';
import { join } from 'node:path';
import { HeadraceError } from '@headrace/base';
import { withInstallLock } from './install-lock.ts';
import type { MongoSource } from './mongo-source.ts';
import { perUserCache } from './per-user-cache.ts';
import { isExecutable, programOnPath } from './program-on-path.ts';
import { runCommand } from './run-command.ts';
import type { Say } from './say.ts';

// Compatible with what this repository uses of MongoDB, over the WiredTiger engine; beta, one node,
// GPL-2.0, always a process of its own: for demos, tests and benchmarks, never for production.
const VERSION = '0.5.3-beta.196';

/** secantusd in Rust, built once per user. */
export const secantusdByCargo: MongoSource = {
  name: 'secantusd-rs, built by cargo',
  find: async (say) => {
    const root = join(perUserCache(), `secantus-mdb-${VERSION}`);
    const path = join(root, 'bin', 'secantusd-rs');
    if (await isExecutable(path)) return { kind: 'secantusd-rs', path };
    const cargo = await programOnPath('cargo', searchPath());
    const missing = await missingTools(cargo);
    if (cargo === undefined || missing.length > 0) return `${missing.join(', ')} not on PATH`;
    try {
      await withInstallLock(`${root}.lock`, say, async () => {
        // Another process may have built it while we waited for the lock.
        if (!(await isExecutable(path))) await build(cargo, root, say);
      });
    } catch (cause) {
      if (!(cause instanceof HeadraceError)) throw cause;
      say(cause.message);
      return 'the build failed, see above';
    }
    return { kind: 'secantusd-rs', path };
  },
};

/** rustup puts cargo there, but not every shell reads its profile. */
function searchPath(): string {
  return `${process.env['PATH'] ?? ''}:${join(homedir(), '.cargo', 'bin')}`;
}

async function missingTools(cargo: string | undefined): Promise<readonly string[]> {
  const compiler = (await programOnPath('c++')) ?? (await programOnPath('clang++'));
  const found = { cargo, cmake: await programOnPath('cmake'), 'a C++ compiler': compiler };
  return Object.entries(found).flatMap(([name, path]) => (path === undefined ? [name] : []));
}

async function build(cargo: string, root: string, say: Say): Promise<void> {
  say(
    `Building secantusd ${VERSION}, a MongoDB-compatible server for this machine: about 4 minutes, ` +
      `once per user (into ${root}). To skip it put mongod on PATH, or name a server in MONGODB_URI (not for the tests).`,
  );
  const args = ['install', 'secantus-mdb', '--version', VERSION, '--ignore-rust-version'];
  await runCommand({
    path: cargo,
    args: [...args, '--root', root],
    env: { PATH: searchPath() },
    say,
  });
}
