import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** A Node of this machine. */
export interface InstalledNode {
  readonly path: string;
  /** Such as `20.19.2`. */
  readonly version: string;
}

/** The Node that runs this, then every other one on PATH: one of each version. */
export function nodesOnPath(): InstalledNode[] {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const paths = folders.map((folder) => join(folder, 'node')).filter((path) => existsSync(path));
  const found = new Map<string, InstalledNode>();
  for (const path of [process.execPath, ...paths]) {
    const version = execFileSync(path, ['--version'], { encoding: 'utf8' }).trim().slice(1);
    if (!found.has(version)) found.set(version, { path, version });
  }
  return [...found.values()];
}

/** Whether a version fulfils an `engines` entry of the form `>=20.19.0`, the only one we use. */
export function fulfils(version: string, engines: string): boolean {
  return version.localeCompare(engines.replace(/^>=/, ''), 'en', { numeric: true }) >= 0;
}
