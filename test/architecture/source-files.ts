import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '../..');

/** A source file of a package, by what the rules ask of it. */
export interface SourceFile {
  /** Path from the root of the repository. */
  readonly path: string;
  /** Package folder such as `packages/writer`. */
  readonly owner: string;
  /** Room it lies in, empty for files in `src/` itself. */
  readonly step: string;
  readonly text: string;
}

/** Every TypeScript source file that is tracked or about to be. */
export function sourceFiles(): SourceFile[] {
  return listFiles('packages/*/src/**/*.ts', 'examples/*/src/**/*.ts').map((path) => {
    const [folder, name, , ...inside] = path.split('/');
    return {
      path,
      owner: `${folder ?? ''}/${name ?? ''}`,
      step: inside.length > 1 ? (inside[0] ?? '') : '',
      text: readFileSync(join(root, path), 'utf8'),
    };
  });
}

/** Files that git tracks or would track, by pathspec. */
export function listFiles(...patterns: string[]): string[] {
  const globs = patterns.map((pattern) => `:(glob)${pattern}`);
  const args = ['ls-files', '--cached', '--others', '--exclude-standard', '--', ...globs];
  const listed = execFileSync('git', args, { cwd: root, encoding: 'utf8' });
  const gone = execFileSync('git', ['ls-files', '--deleted'], { cwd: root, encoding: 'utf8' });
  const deleted = new Set(gone.split('\n'));
  return listed.split('\n').filter((path) => path !== '' && !deleted.has(path));
}

/** Lines that hold code: no blank lines, no comments. */
export function codeLines(text: string): number {
  const withoutBlocks = text.replace(/\/\*[\s\S]*?\*\//g, '');
  return withoutBlocks.split('\n').filter((line) => !/^\s*(\/\/.*)?$/.test(line)).length;
}

/** Module names that a file imports or exports from. */
export function importsOf(text: string): string[] {
  return [...text.matchAll(/^(?:import|export)\b[^;]*?from '([^']+)'/gm)].map(
    ([, from]) => from ?? '',
  );
}
