import { percentile, settledAfter, stretch, type Stretch } from './measure.ts';
import {
  fixedLimit,
  forMs,
  methods,
  runLimit,
  type MethodName,
  type Scenario,
} from './scenarios.ts';
import type { Step } from './simulate.ts';

/** How a method did in one scenario, held against the best limit that stays as it is. */
export interface Comparison {
  /** Documents stored, over those of the best fixed limit, in the last third. */
  readonly throughput: number;
  /** Median latency over that at the knee, in the last third. */
  readonly latency: number;
  /** Of the last third. */
  readonly limit: number;
  readonly amplitude: number;
  /** Commands until the limit stays within one of where it ends up. */
  readonly settledAfter: number;
  /** The same throughput in the middle third, which is where the troubles are. */
  readonly throughputInTrouble: number;
}

/** The smallest fixed limit that stores at least 97 % of what the best one stores. */
export interface Knee {
  readonly limit: number;
  readonly whole: Stretch;
  readonly middle: Stretch;
  readonly last: Stretch;
}

const seeds = [1, 2, 3];
const third = forMs / 3;

export function kneeOf(scenario: Scenario): Knee {
  const runs = Array.from({ length: 8 }, (_, at) => {
    const steps = runLimit(fixedLimit(at + 1), scenario, 7);
    return { limit: at + 1, ...stretchesOf(steps) };
  });
  const best = Math.max(...runs.map(({ whole }) => whole.perMs));
  const knee = runs.find(({ whole }) => whole.perMs >= 0.97 * best);
  if (knee === undefined) throw new RangeError('no run is the best one');
  return knee;
}

/** @returns medians over three seeds */
export function compare(name: MethodName, scenario: Scenario, knee: Knee): Comparison {
  const rows = seeds.map((seed) => {
    const steps = runLimit(methods[name], scenario, seed);
    const { middle, last } = stretchesOf(steps);
    return {
      throughput: last.perMs / knee.last.perMs,
      latency: last.latencyMs / knee.last.latencyMs,
      limit: last.limit,
      amplitude: last.amplitude,
      settledAfter: settledAfter(beforeTrouble(steps, scenario), ({ limit }) => limit, 1),
      throughputInTrouble: middle.perMs / knee.middle.perMs,
    };
  });
  const middleOf = (figure: (row: Comparison) => number): number =>
    percentile(rows.map(figure), 0.5);
  return {
    throughput: middleOf((row) => row.throughput),
    latency: middleOf((row) => row.latency),
    limit: middleOf((row) => row.limit),
    amplitude: middleOf((row) => row.amplitude),
    settledAfter: middleOf((row) => row.settledAfter),
    throughputInTrouble: middleOf((row) => row.throughputInTrouble),
  };
}

function beforeTrouble(steps: readonly Step[], { troubles = [] }: Scenario): readonly Step[] {
  const endMs = Math.min(forMs, ...troubles.map(({ fromMs }) => fromMs));
  return steps.filter(({ atMs }) => atMs < endMs);
}

function stretchesOf(steps: readonly Step[]) {
  return {
    whole: stretch(steps, 0, forMs),
    middle: stretch(steps, third, 2 * third),
    last: stretch(steps, 2 * third, forMs),
  };
}
