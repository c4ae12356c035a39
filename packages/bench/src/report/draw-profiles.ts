import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { flameGraph, type CpuProfile } from './flame-graph.ts';

const ENDING = '.cpuprofile';

/**
 * Draws a flame graph of every CPU profile in a folder.
 * @param target where the drawings go; made if it is not there
 */
export async function drawProfiles(profiles: string, target: string): Promise<void> {
  await mkdir(target, { recursive: true });
  for (const file of (await readdir(profiles)).filter((name) => name.endsWith(ENDING))) {
    const profile = JSON.parse(await readFile(join(profiles, file), 'utf8')) as CpuProfile;
    const name = basename(file, ENDING);
    await writeFile(join(target, `${name}.svg`), flameGraph(profile, `Gateway, ${name}`));
  }
}
