import { PerformanceObserver } from 'node:perf_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { EncodeShapeName } from '../drive/encode-shapes.ts';
import { GROUP_DOCUMENTS, type EncodeJob, type EncodeWay } from './encode-ways.ts';

/** The raw figures of one measurement, as they stand in the results. */
export interface EncodeRow {
  /** From 1. */
  readonly round: number;
  readonly shape: EncodeShapeName;
  readonly way: EncodeWay;
  readonly documents: number;
  readonly nsPerDocument: number;
  /** Bytes of BSON, all documents together. */
  readonly bsonBytes: number;
  /** Pauses of the garbage collector meanwhile, all together and the longest, in milliseconds. */
  readonly gc: { readonly count: number; readonly totalMs: number; readonly longestMs: number };
  /** What a group of 1,000 takes until it is sent, by document. */
  readonly heapBytesPerDocument: number;
  readonly outsideBytesPerDocument: number;
  readonly fallBacks: number;
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Lengths of the pauses since they were last forgotten, in milliseconds. */
const pauses: number[] = [];
new PerformanceObserver((list) => {
  pauses.push(...list.getEntries().map(({ duration }) => duration));
}).observe({ entryTypes: ['gc'] });

async function nextTurns(): Promise<void> {
  for (let turn = 0; turn < 4; turn += 1) await nextTurn();
}

/** Encodes all documents of a job, group by group. */
export async function measureEncode(
  job: EncodeJob,
  title: Pick<EncodeRow, 'round' | 'shape' | 'way'>,
): Promise<EncodeRow> {
  collectGarbage();
  await nextTurns();
  pauses.length = 0;
  const beganMs = performance.now();
  const bsonBytes = encodeAll(job);
  const tookMs = performance.now() - beganMs;
  // The engine hands its entries over between turns.
  await nextTurns();
  return {
    ...title,
    documents: job.count,
    nsPerDocument: Number(((tookMs * 1e6) / job.count).toFixed(1)),
    bsonBytes,
    gc: {
      count: pauses.length,
      totalMs: Number(pauses.reduce((sum, one) => sum + one, 0).toFixed(2)),
      longestMs: Number(Math.max(0, ...pauses).toFixed(2)),
    },
    ...heapOfGroup(job),
    fallBacks: job.fallBacks(),
  };
}

/** Encodes everything once; gives the bytes of BSON. */
export function encodeAll({ count, encodeGroup }: EncodeJob): number {
  let bytes = 0;
  for (let from = 0; from < count; from += GROUP_DOCUMENTS) {
    const sent = encodeGroup(from, Math.min(from + GROUP_DOCUMENTS, count));
    for (const one of sent) bytes += one.length;
  }
  return bytes;
}

/**
 * The bytes a group allocates on the heap and outside of it, its result alive. The heap is emptied
 * before, so that the engine need not collect in between: what was allocated is what it has grown.
 */
function heapOfGroup({
  count,
  encodeGroup,
}: EncodeJob): Pick<EncodeRow, 'heapBytesPerDocument' | 'outsideBytesPerDocument'> {
  const documents = Math.min(GROUP_DOCUMENTS, count);
  collectGarbage();
  const before = process.memoryUsage();
  const alive = encodeGroup(0, documents);
  const after = process.memoryUsage();
  const perDocument = (bytes: number): number => Number((bytes / documents).toFixed(1));
  return {
    heapBytesPerDocument: alive.length === 0 ? 0 : perDocument(after.heapUsed - before.heapUsed),
    outsideBytesPerDocument: perDocument(after.arrayBuffers - before.arrayBuffers),
  };
}
