import type { Driver, Load, LoadResult, Sends } from '../drive/load.ts';
import { CASES, isBuffered, type CaseName } from '../plan/cases.ts';
import type { Step } from '../plan/plan-steps.ts';
import type { StartSubject, Subject } from '../start/subject.ts';
import { checkCount } from './check-count.ts';
import type { MeasuredCollection } from './measured-collection.ts';
import { readUsages, residentAt, spentBetween } from './process-usage.ts';
import type { Row } from './row.ts';

/** What a measurement needs; the same for all. */
export interface Bench {
  readonly start: StartSubject;
  readonly drive: Driver;
  readonly collection: MeasuredCollection;
  readonly bodiesFile: string;
  readonly mongodbPid: number;
  readonly warmUpSeconds: number;
  readonly signal: AbortSignal;
}

const WARM_UP_CONNECTIONS = 64;
/** So many documents are patched in turn, where it is not one. */
const PATCHED_DOCUMENTS = 20_000;

/**
 * Starts the processes of a case, warms them up, makes the load on an empty collection and an empty
 * buffer, and counts in the database what of it is stored.
 * @throws HeadraceError `count-mismatch` when an acknowledged write is missing, or one too many is there
 */
export async function measureStep(bench: Bench, step: Step): Promise<Row> {
  bench.signal.throwIfAborted();
  const label = labelOf(step);
  const { operation } = CASES[step.name];
  await bench.collection.dropLedger();
  if (operation !== 'insert') await bench.collection.fill(PATCHED_DOCUMENTS);
  const subject = await bench.start(CASES[step.name].subject, label);
  try {
    const load = loadOf(bench, subject, step);
    const warmUp = { connections: WARM_UP_CONNECTIONS, seconds: bench.warmUpSeconds };
    await bench.drive({ ...load, ...warmUp, keyPrefix: key(step.name, `${label}-warm-up-`) });
    await subject.drain(bench.signal);
    if (operation === 'insert' && step.name !== 'empty') await bench.collection.renew();
    return await measureLoad(bench, step, { subject, load });
  } finally {
    await subject.stop();
  }
}

export function labelOf(step: Step): string {
  return `${step.name}-${step.connections}-round-${step.round}`;
}

function loadOf(bench: Bench, subject: Subject, step: Step): Load {
  return {
    url: subject.url,
    path: subject.path,
    sends: sendsOf(bench, subject, step.name),
    connections: step.connections,
    seconds: step.seconds,
    keyPrefix: key(step.name, `${labelOf(step)}-`),
    signal: bench.signal,
  };
}

function sendsOf(bench: Bench, subject: Subject, name: CaseName): Sends {
  const { operation } = CASES[name];
  if (operation === 'insert') return { kind: 'inserts', bodiesFile: bench.bodiesFile };
  const documents = operation === 'patch' ? PATCHED_DOCUMENTS : 1;
  return { kind: 'patches', documents, contentType: subject.updateType };
}

function key(name: CaseName, prefix: string): string | undefined {
  return CASES[name].keyed ? prefix : undefined;
}

async function measureLoad(
  bench: Bench,
  step: Step,
  { subject, load }: { readonly subject: Subject; readonly load: Load },
): Promise<Row> {
  const pids = { ...subject.pids, mongodb: bench.mongodbPid };
  const storedBefore = await settledCount(bench, step.name);
  const before = await readUsages(pids);
  const beganMs = performance.now();
  const seen = await bench.drive(load);
  const after = await readUsages(pids);
  const row = {
    round: step.round,
    name: step.name,
    connections: step.connections,
    ...seen,
    cpuSeconds: spentBetween(before, after),
    rssMib: residentAt(after),
  };
  if (step.name === 'empty') return { ...row, perSecond: rate(seen.answered, seen.seconds) };
  const buffer = isBuffered(CASES[step.name].subject)
    ? await watchBuffer(bench, subject, beganMs)
    : undefined;
  const stored = await countStored(bench, step, { seen, storedBefore });
  const counted = rate(Math.min(seen.answered, stored), seen.seconds);
  if (buffer === undefined) return { ...row, stored, perSecond: counted };
  const { storedAtEnd, countedAfterSeconds } = buffer;
  const perSecond = step.name === 'sustained' ? rate(storedAtEnd, countedAfterSeconds) : counted;
  return { ...row, stored, perSecond, buffer };
}

async function watchBuffer(
  bench: Bench,
  subject: Subject,
  beganMs: number,
): Promise<NonNullable<Row['buffer']>> {
  const endedMs = performance.now();
  const [backlog, storedAtEnd] = await Promise.all([
    subject.backlog(),
    bench.collection.countNow(),
  ]);
  const countedAfterSeconds = secondsSince(beganMs);
  await subject.drain(bench.signal);
  return { backlog, storedAtEnd, countedAfterSeconds, drainSeconds: secondsSince(endedMs) };
}

async function countStored(
  bench: Bench,
  step: Step,
  { seen, storedBefore }: { readonly seen: LoadResult; readonly storedBefore: number },
): Promise<number> {
  const stored = (await settledCount(bench, step.name)) - storedBefore;
  checkCount(stored, seen, {
    what: labelOf(step),
    connections: step.connections,
    countsTries: isCountedByTries(step.name),
  });
  return stored;
}

/** The server's counter of updates counts those of transactions that did not come to their end. */
function isCountedByTries(name: CaseName): boolean {
  const { operation, subject, keyed } = CASES[name];
  return operation !== 'insert' && !keyed && !isBuffered(subject);
}

/** Writes of a case's kind that the database shows once no more of them come in. */
async function settledCount({ collection }: Bench, name: CaseName): Promise<number> {
  if (CASES[name].operation === 'insert') {
    await collection.settled();
    return await collection.count();
  }
  const count = (): Promise<number> =>
    isCountedByTries(name) ? collection.countUpdated() : collection.countRecorded();
  await collection.settled(count);
  return await count();
}

function secondsSince(beganMs: number): number {
  return round((performance.now() - beganMs) / 1_000, 2);
}

function rate(count: number, seconds: number): number {
  return round(count / seconds, 1);
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
