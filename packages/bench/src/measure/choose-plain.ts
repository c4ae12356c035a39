import type { Driver } from '../drive/load.ts';
import { PARSERS, parsers, type ParserName } from '../routes/parse-order.ts';
import type { PlainChoice, Subject } from '../start/subject.ts';
import type { MeasuredCollection } from './measured-collection.ts';

export interface PreRun {
  readonly chosen: PlainChoice;
  /** What each way to read a body took, in each pass. */
  readonly parsers: readonly { readonly parser: ParserName; readonly usPerBody: number }[];
  /** What the route did with each pool, in each pass. */
  readonly pools: readonly { readonly pool: number; readonly perSecond: number }[];
}

export interface PreRunBench {
  readonly drive: Driver;
  readonly collection: MeasuredCollection;
  readonly bodies: readonly string[];
  readonly bodiesFile: string;
  readonly seconds: number;
  readonly signal: AbortSignal;
}

const POOLS = [16, 32, 64, 100];
const CONNECTIONS = 64;
/** Passes over all pools, so that one bad second does not choose. */
const POOL_PASSES = 2;
const PARSER_PASSES = 5;

/**
 * Finds the plain route's best settings on this machine. The parsers are timed by themselves, where a
 * tenth can be seen; the pools under load.
 * @param start starts the plain route with given settings
 */
export async function choosePlain(
  start: (choice: PlainChoice) => Promise<Subject>,
  bench: PreRunBench,
): Promise<PreRun> {
  const timed = timeParsers(bench.bodies);
  const { parser } = timed.reduce((one, other) => (other.usPerBody < one.usPerBody ? other : one));
  const tried: { pool: number; perSecond: number }[] = [];
  for (let pass = 0; pass < POOL_PASSES; pass += 1) {
    for (const pool of POOLS) {
      tried.push({ pool, perSecond: await measurePool(await start({ pool, parser }), bench) });
    }
  }
  const { pool } = tried.reduce((one, other) => (other.perSecond > one.perSecond ? other : one));
  return { chosen: { pool, parser }, parsers: timed, pools: tried };
}

function timeParsers(bodies: readonly string[]): PreRun['parsers'] {
  const timed: { parser: ParserName; usPerBody: number }[] = [];
  for (let pass = 0; pass < PARSER_PASSES; pass += 1) {
    for (const parser of PARSERS) {
      const parse = parsers[parser];
      const beganMs = performance.now();
      for (const body of bodies) parse(body);
      const usPerBody = ((performance.now() - beganMs) * 1_000) / bodies.length;
      timed.push({ parser, usPerBody: Number(usPerBody.toFixed(2)) });
    }
  }
  return timed;
}

/** The second of two equal loads: the first warms up. */
async function measurePool(subject: Subject, bench: PreRunBench): Promise<number> {
  const { drive, collection, bodiesFile, seconds, signal } = bench;
  const { url, path } = subject;
  const connections = CONNECTIONS;
  const sends = { kind: 'inserts', bodiesFile } as const;
  const load = { url, path, sends, connections, seconds, keyPrefix: undefined, signal };
  try {
    await drive(load);
    await collection.renew();
    const seen = await drive(load);
    await collection.settled();
    return Math.round(Math.min(seen.answered, await collection.count()) / seen.seconds);
  } finally {
    await subject.stop();
    await collection.drop();
  }
}
