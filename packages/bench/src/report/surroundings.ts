import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { promisify } from 'node:util';

/** Where, when and on what a run was made. */
export interface Surroundings {
  /** When it began, ISO 8601. */
  readonly date: string;
  readonly command: string;
  readonly commit: {
    readonly id: string;
    /** Nothing was changed since. */
    readonly clean: boolean;
  };
  readonly machine: {
    readonly cpu: string;
    readonly cores: number;
    readonly memoryGib: number;
    readonly system: string;
    /** What else was running: the load over the minute before the run. */
    readonly loadBefore: number;
  };
  readonly versions: Readonly<Record<string, string>>;
  /** The programs beside Node, with version and what of their settings matters. */
  readonly programs: Readonly<Record<string, string>>;
}

const run = promisify(execFile);
const require = createRequire(import.meta.url);
const BYTES_PER_GIB = 1_024 ** 3;

/**
 * @param root of the repository
 */
export async function describeSurroundings(
  root: string,
  {
    bench = 'bench:ingest',
    args,
    programs,
    packages = ['mongodb', 'fastify'],
  }: {
    /** The script of package.json that was run. */
    readonly bench?: string;
    readonly args: readonly string[];
    readonly programs: Readonly<Record<string, string>>;
    /** Libraries whose versions matter to what is measured. */
    readonly packages?: readonly string[];
  },
): Promise<Surroundings> {
  const processors = cpus();
  return {
    date: new Date().toISOString(),
    command: [`npm run ${bench}`, ...(args.length > 0 ? ['--', ...args] : [])].join(' '),
    commit: {
      id: await git(root, 'rev-parse', 'HEAD'),
      clean: (await git(root, 'status', '--porcelain')) === '',
    },
    machine: {
      cpu: processors[0]?.model ?? 'unknown',
      cores: processors.length,
      memoryGib: Number((totalmem() / BYTES_PER_GIB).toFixed(1)),
      system: `${process.platform} ${release()} ${process.arch}`,
      loadBefore: loadavg()[0] ?? 0,
    },
    versions: { node: process.version, ...(await versionsOf(packages)) },
    programs,
  };
}

async function git(root: string, ...args: readonly string[]): Promise<string> {
  return (await run('git', ['-C', root, ...args])).stdout.trim();
}

async function versionsOf(packages: readonly string[]): Promise<Readonly<Record<string, string>>> {
  const versions = packages.map(async (name) => {
    const text = await readFile(require.resolve(`${name}/package.json`), 'utf8');
    const { version } = JSON.parse(text) as { readonly version: string };
    return [name === 'mongodb' ? 'mongodb driver' : name, version] as const;
  });
  return Object.fromEntries(await Promise.all(versions));
}
