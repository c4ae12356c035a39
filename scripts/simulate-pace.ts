import {
  compare,
  kneeOf,
  type Comparison,
} from '../packages/writer/test/pace/simulation/compare.ts';
import {
  methods,
  runPace,
  scenarios,
  type MethodName,
} from '../packages/writer/test/pace/simulation/scenarios.ts';
import { stretch } from '../packages/writer/test/pace/simulation/measure.ts';

// Prints what decision 0019 quotes: how methods that limit the commands in flight do on modelled
// servers, and the course of batch size and limit as they are shipped. The same figures each time.

const names = Object.keys(methods) as MethodName[];
const say = (line = ''): void => void process.stdout.write(`${line}\n`);
const cell = (text: string): string => text.padStart(11);

for (const scenario of Object.values(scenarios)) {
  const knee = kneeOf(scenario);
  say(`${scenario.about}: best fixed limit ${knee.limit}`);
  say(
    `  ${'method'.padEnd(18)}${['documents', 'latency', 'limit', 'amplitude', 'settled', 'trouble'].map(cell).join('')}`,
  );
  for (const name of names) say(`  ${name.padEnd(18)}${rowOf(compare(name, scenario, knee))}`);
  say();
}

say('Batch size and limit as shipped: three at a time, twice as slow from 10 to 20 s');
say(['at s', 'documents/s', 'latency ms', 'size', 'limit'].map(cell).join(''));
const steps = runPace(scenarios.slowed, 1);
for (const fromMs of [
  0, 100, 200, 400, 800, 1_600, 5_000, 10_000, 11_000, 15_000, 20_000, 20_500, 25_000,
]) {
  const toMs = fromMs + (fromMs < 800 ? 100 : 500);
  const { perMs, latencyMs, limit } = stretch(steps, fromMs, toMs);
  const size = steps.find(({ atMs }) => atMs >= fromMs)?.size ?? 0;
  say(
    [
      (fromMs / 1000).toFixed(1),
      (perMs * 1000).toFixed(0),
      latencyMs.toFixed(2),
      String(size),
      String(limit),
    ]
      .map(cell)
      .join(''),
  );
}

function rowOf(row: Comparison): string {
  return [
    percent(row.throughput),
    row.latency.toFixed(2),
    String(row.limit),
    String(row.amplitude),
    Number.isFinite(row.settledAfter) ? String(row.settledAfter) : 'never',
    percent(row.throughputInTrouble),
  ]
    .map(cell)
    .join('');
}

function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}
