import type { Load } from '../drive/load.ts';
import type { OfferedResult } from '../drive/offered-load.ts';
import { isTooLate, offerLoad } from '../drive/open-loop.ts';
import type { Settings } from '../plan/settings.ts';
import type { Subject } from '../start/subject.ts';
import { checkCount } from './check-count.ts';
import type { Bench } from './measure-step.ts';
import { readUsages, spentBetween } from './process-usage.ts';

/** What is compared at equal offered load; the first one's own best rate sets the loads. */
export const OFFERED_SUBJECTS = ['plain', 'strong'] as const;
export type OfferedSubject = (typeof OFFERED_SUBJECTS)[number];

/** The raw figures of one load that was offered at fixed arrival times. */
export interface OfferedRow extends OfferedResult {
  /** From 1. */
  readonly round: number;
  readonly name: OfferedSubject;
  /** Of the plain route's best rate, found in the same round. */
  readonly share: number;
  readonly offeredPerSecond: number;
  /** Documents in MongoDB once everything had come to rest. */
  readonly stored: number;
  /** During the load, by process. */
  readonly cpuSeconds: Readonly<Record<string, number>>;
}

export interface OfferedBench extends Bench {
  readonly settings: Settings;
  readonly say: (line: string) => void;
}

type Subjects = Readonly<Record<OfferedSubject, Subject>>;

/** The plain route is at its best at one of these. */
const BEST_AT_CONNECTIONS = [64, 256];
/** Kept open by the driver: as many as a load has anywhere in this benchmark. */
const CONNECTIONS = 256;
const WARM_UP_CONNECTIONS = 64;
/** Offered before each measurement, not measured. */
const LEAD_SECONDS = 0.5;
/** A measurement that came late is made again so often, then left out. */
const TRIES = 3;

/**
 * Starts both cases, finds the plain route's best rate, and offers shares of it to both in turn. The
 * one that is not loaded does nothing meanwhile.
 */
export async function measureOfferedRound(
  bench: OfferedBench,
  round: number,
): Promise<readonly OfferedRow[]> {
  const label = `offered-round-${round}`;
  const plain = await bench.start('plain', label);
  try {
    const strong = await bench.start('strong', label);
    try {
      return await measureBoth(bench, round, { plain, strong });
    } finally {
      await strong.stop();
    }
  } finally {
    await plain.stop();
    await bench.collection.drop();
  }
}

async function measureBoth(
  bench: OfferedBench,
  round: number,
  subjects: Subjects,
): Promise<readonly OfferedRow[]> {
  const { settings, say } = bench;
  for (const name of OFFERED_SUBJECTS) {
    const { warmUpSeconds: seconds } = bench;
    await bench.drive({
      ...loadOf(bench, subjects[name]),
      connections: WARM_UP_CONNECTIONS,
      seconds,
    });
  }
  const best = await bestRate(bench, subjects.plain);
  say(`round ${round}, offered: the plain route's best rate is ${Math.round(best)}/s`);
  const rows: OfferedRow[] = [];
  for (const [at, share] of settings.shares.entries()) {
    const isTurned = (round + at) % 2 === 0;
    for (const name of isTurned ? OFFERED_SUBJECTS.toReversed() : OFFERED_SUBJECTS) {
      const offered = { round, name, share, offeredPerSecond: Math.round(best * share) };
      const row = await measureOffered(bench, subjects[name], offered);
      if (row === undefined) continue;
      rows.push(row);
      say(titleOf(row));
    }
  }
  return rows;
}

function titleOf({ round, name, share, offeredPerSecond, latencyMs, lagMs }: OfferedRow): string {
  const figures = `p50 ${latencyMs.p50.toFixed(2)} ms, p99 ${latencyMs.p99.toFixed(2)} ms`;
  return `round ${round}, ${name} at ${offeredPerSecond}/s (${share * 100} %): ${figures}; lag p99 ${lagMs.p99.toFixed(2)} ms`;
}

function loadOf(
  { bodiesFile, signal }: Bench,
  { url, path }: Subject,
): Omit<Load, 'connections' | 'seconds'> {
  return { url, path, sends: { kind: 'inserts', bodiesFile }, keyPrefix: undefined, signal };
}

async function bestRate(bench: OfferedBench, plain: Subject): Promise<number> {
  const rates: number[] = [];
  for (const connections of BEST_AT_CONNECTIONS) {
    await bench.collection.renew();
    const { preRunSeconds: seconds } = bench.settings;
    const seen = await bench.drive({ ...loadOf(bench, plain), connections, seconds });
    await bench.collection.settled();
    const stored = await bench.collection.count();
    checkCount(stored, seen, { what: `the best rate at ${connections}`, connections });
    rates.push(seen.answered / seen.seconds);
  }
  return Math.max(...rates);
}

/** @returns undefined for a measurement that came late each time */
async function measureOffered(
  bench: OfferedBench,
  subject: Subject,
  offered: Pick<OfferedRow, 'round' | 'name' | 'share' | 'offeredPerSecond'>,
): Promise<OfferedRow | undefined> {
  for (let tries = 1; tries <= TRIES; tries += 1) {
    const row = { ...offered, ...(await offerOnce(bench, subject, offered.offeredPerSecond)) };
    if (!isTooLate(row)) return row;
    bench.say(`${titleOf(row)}: too late to count`);
  }
  return undefined;
}

async function offerOnce(
  bench: OfferedBench,
  subject: Subject,
  perSecond: number,
): Promise<OfferedResult & Pick<OfferedRow, 'stored' | 'cpuSeconds'>> {
  const { collection, bodiesFile, mongodbPid, settings } = bench;
  await collection.renew();
  const { url, path } = subject;
  const seconds = settings.seconds.offered;
  const pids = { ...subject.pids, mongodb: mongodbPid };
  const before = await readUsages(pids);
  const rate = { perSecond, seconds, leadSeconds: LEAD_SECONDS, connections: CONNECTIONS };
  const seen = await offerLoad({ url, path, bodiesFile, ...rate }, bench.signal);
  const cpuSeconds = spentBetween(before, await readUsages(pids));
  await collection.settled();
  const stored = await collection.count();
  checkCount(stored, seen, { what: `${perSecond}/s offered`, connections: 0 });
  return { ...seen, stored, cpuSeconds };
}
