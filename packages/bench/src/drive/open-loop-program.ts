import { readFileSync } from 'node:fs';
import { constants, getPriority, setPriority } from 'node:os';
import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import { Worker } from 'node:worker_threads';
import type { Latency } from './load.ts';
import type { OfferedLoad, OfferedResult } from './offered-load.ts';
import { OpenLoopConnection, type ConnectionOwner } from './open-loop-connection.ts';
import { dueAtUs, nowUs, type MetronomeWork } from './open-loop-metronome.ts';

// Offers a load: a process of its own, so that nothing else of the benchmark delays it.

/** From the end of the preparations until the first request is due. */
const START_IN_US = 50_000;
const ANSWER_WITHIN_MS = 10_000;

takePriority();
const load = JSON.parse(process.argv[2] ?? '') as OfferedLoad;
const url = new URL(load.url);
const requests = readRequests(load);
/** Requests below this number are not measured. */
const lead = Math.round(load.perSecond * load.leadSeconds);
const total = lead + Math.round(load.perSecond * load.seconds);
const latencyUs = createHistogram();
const lagUs = createHistogram();
const counts = { answered: 0, refused: 0, socketErrors: 0 };
const idle: OpenLoopConnection[] = [];
const openRequests = new Set<number>();
/** Requests below these numbers were due, and were given to a connection; between them they wait. */
let due = 0;
let started = 0;
let isOver = false;
let lastAnswerUs = 0;
let finish = (): void => undefined;
const finished = new Promise<void>((resolve) => (finish = resolve));

const owner: ConnectionOwner = {
  answered: (connection, request, status) => {
    if (status < 400) counts.answered += 1;
    else counts.refused += 1;
    end(request);
    idle.push(connection);
    startDue();
  },
  lost: (connection, request) => {
    if (isOver) return;
    const at = idle.indexOf(connection);
    if (at >= 0) idle.splice(at, 1);
    if (request !== undefined) {
      counts.socketErrors += 1;
      end(request);
    }
    void openConnection();
  },
};

await Promise.all(Array.from({ length: load.connections }, openConnection));
globalThis.gc?.();
const cpuBefore = process.cpuUsage();
const woken = new Int32Array(new SharedArrayBuffer(4));
const { perSecond } = load;
const work: MetronomeWork = { startUs: nowUs() + START_IN_US, perSecond, requests: total, woken };
const metronome = new Worker(new URL('open-loop-metronome.ts', import.meta.url), {
  workerData: work,
});
metronome.on('message', () => {
  Atomics.store(woken, 0, 0);
  noteDue();
  startDue();
});
metronome.once('exit', () => setTimeout(finish, ANSWER_WITHIN_MS).unref());
await finished;
report();

/**
 * Requests of callers elsewhere arrive when they are due, however busy this machine is. Where the
 * system allows it, this thread and the metronome, which is started later, go before what they load.
 */
function takePriority(): void {
  try {
    setPriority(constants.priority.PRIORITY_HIGHEST);
  } catch (cause) {
    // Only root may. It is told in the result, and what comes too late does not count.
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_SYSTEM_ERROR') throw cause;
  }
}

function openConnection(): Promise<void> {
  const connection = new OpenLoopConnection(url, owner);
  return connection.opened().then(() => {
    idle.push(connection);
    startDue();
  });
}

function noteDue(): void {
  const now = nowUs();
  for (; due < total; due += 1) {
    const late = now - dueAtUs(due, work);
    if (late < 0) return;
    if (due >= lead) record(lagUs, late);
  }
}

function startDue(): void {
  while (started < due) {
    const connection = idle.pop();
    if (connection === undefined) return;
    openRequests.add(started);
    connection.send(started, requests[started % requests.length] as Buffer);
    started += 1;
  }
}

function end(request: number): void {
  lastAnswerUs = nowUs();
  openRequests.delete(request);
  if (request >= lead) record(latencyUs, lastAnswerUs - dueAtUs(request, work));
  if (started === total && openRequests.size === 0) finish();
}

/** What has no answer yet took at least as long as until now; leaving it out would flatter. */
function report(): void {
  isOver = true;
  const now = nowUs();
  const unanswered = [...openRequests];
  for (let request = started; request < total; request += 1) unanswered.push(request);
  for (const request of unanswered) record(latencyUs, now - dueAtUs(request, work));
  const { user, system } = process.cpuUsage(cpuBefore);
  const result: OfferedResult = {
    seconds: (Math.max(lastAnswerUs, dueAtUs(total, work)) - work.startUs) / 1_000_000,
    offered: total,
    ...counts,
    socketErrors: counts.socketErrors + unanswered.length,
    latencyMs: inMs(latencyUs),
    lagMs: inMs(lagUs),
    driverCpuSeconds: (user + system) / 1_000_000,
    driverPriority: getPriority(),
  };
  process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit());
}

function readRequests({ path, bodiesFile }: OfferedLoad): readonly Buffer[] {
  const bodies = readFileSync(bodiesFile, 'utf8').trimEnd().split('\n');
  const head = `POST ${path} HTTP/1.1\r\nHost: ${url.host}\r\nContent-Type: application/json\r\n`;
  return bodies.map((body) =>
    Buffer.from(`${head}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`),
  );
}

function record(histogram: RecordableHistogram, us: number): void {
  histogram.record(Math.max(1, Math.round(us)));
}

function inMs(histogram: RecordableHistogram): Latency {
  const at = (percentile: number): number => histogram.percentile(percentile) / 1_000;
  return { p50: at(50), p90: at(90), p99: at(99), max: histogram.max / 1_000 };
}
