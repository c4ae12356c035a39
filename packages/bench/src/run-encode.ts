import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  ENCODE_WAY_NAMES,
  encodeJob,
  isEncodedBy,
  makeEncodeInput,
  type EncodeJob,
  type EncodeWay,
} from './measure/encode-ways.ts';
import { encodeAll, measureEncode, type EncodeRow } from './measure/measure-encode.ts';
import type { EncodeCommandLine } from './plan/encode-command-line.ts';
import { encodeResults, formatEncode } from './report/encode-results.ts';
import { describeSurroundings } from './report/surroundings.ts';
import { keepResults } from './report/write-results.ts';
import type { CommandRun } from './run-command.ts';

export interface EncodeRun extends CommandRun {
  readonly commandLine: EncodeCommandLine;
}

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
/** Before anything counts: compiled code, and the types it has seen. */
const WARM_UP_PASSES = 3;

/** Measures every way with every shape, round by round, and prints and keeps what came out. */
export async function runEncode({ commandLine, args, signal, say }: EncodeRun): Promise<void> {
  const { rounds, shapes, documents, out } = commandLine;
  const surroundings = await describeSurroundings(ROOT, {
    ...{ bench: 'bench:encode', args, packages: ['mongodb'] },
    programs: { 'js-bson': await bsonVersion() },
  });
  const { machine } = surroundings;
  say(`${machine.cores} cores, ${machine.cpu}; Node ${process.version}`);
  const rows: EncodeRow[] = [];
  // One shape after the other, so that its documents alone are in memory.
  for (const shape of shapes) {
    const input = makeEncodeInput(shape, documents);
    const ways = ENCODE_WAY_NAMES.filter((way) => isEncodedBy(way, shape));
    const jobs = new Map(ways.map((way) => [way, encodeJob(way, input)]));
    for (let pass = 0; pass < WARM_UP_PASSES; pass += 1) jobs.forEach((job) => encodeAll(job));
    for (let round = 1; round <= rounds; round += 1) {
      for (const way of rotated(ways, round - 1)) {
        signal.throwIfAborted();
        rows.push(await measureEncode(jobs.get(way) as EncodeJob, { round, shape, way }));
      }
    }
    say(`${shape}: ${rounds} rounds are over.`);
  }
  const results = encodeResults(surroundings, rows);
  say(`\n${formatEncode(results)}\n`);
  if (out === undefined) return;
  say(`Written: ${await keepResults(resolve(ROOT, out), 'encode.json', results)}`);
}

/** Each round begins with another way, so none is always the one after the busiest. */
function rotated(ways: readonly EncodeWay[], by: number): readonly EncodeWay[] {
  const at = by % ways.length;
  return [...ways.slice(at), ...ways.slice(0, at)];
}

/** Of the copy that the driver uses; the package does not offer its package.json by name. */
async function bsonVersion(): Promise<string> {
  const text = await readFile(new URL('../package.json', import.meta.resolve('bson')), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
}
