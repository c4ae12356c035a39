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
    args,
    programs,
  }: {
    readonly args: readonly string[];
    readonly programs: Readonly<Record<string, string>>;
  },
): Promise<Surroundings> {
  const processors = cpus();
  return {
    date: new Date().toISOString(),
    command: ['npm run bench:ingest', ...(args.length > 0 ? ['--', ...args] : [])].join(' '),
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
    versions: {
      node: process.version,
      'mongodb driver': await packageVersion('mongodb'),
      fastify: await packageVersion('fastify'),
    },
    programs,
  };
}

async function git(root: string, ...args: readonly string[]): Promise<string> {
  return (await run('git', ['-C', root, ...args])).stdout.trim();
}

async function packageVersion(name: string): Promise<string> {
  const text = await readFile(require.resolve(`${name}/package.json`), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
}
