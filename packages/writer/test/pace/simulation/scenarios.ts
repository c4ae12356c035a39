import type { LimitRule } from '../../../src/pace/limit-rule.ts';
import { Pace } from '../../../src/pace/pace.ts';
import { VegasLimit } from '../../../src/pace/vegas-limit.ts';
import { AimdLimit } from './aimd-limit.ts';
import { Gradient2Limit } from './gradient2-limit.ts';
import { GradientLimit } from './gradient-limit.ts';
import { PlainVegasLimit } from './plain-vegas-limit.ts';
import { hardKnee, softKnee, type ServerSpec, type Trouble } from './server-model.ts';
import { simulate, type Step } from './simulate.ts';

const start = 2;
const most = 8;

/** The methods that are compared, by name. */
export const methods = {
  AIMD: () => new AimdLimit({ start, most }),
  'Vegas, published': () => new PlainVegasLimit({ start, most }),
  'Vegas, measured': () => new VegasLimit({ start, least: 1, most }),
  gradient: () => new GradientLimit({ start, most }),
  gradient2: () => new Gradient2Limit({ start, most }),
} as const satisfies Record<string, () => LimitRule>;

export type MethodName = keyof typeof methods;

/** A server, and how it fares over 30 s. */
export interface Scenario {
  readonly about: string;
  readonly server: ServerSpec;
  readonly troubles?: readonly Trouble[];
}

export const forMs = 30_000;

const slow: Trouble = { fromMs: 10_000, toMs: 20_000, slower: 2 };
const failing: Trouble = { fromMs: 10_000, toMs: 11_000, failing: 0.2 };

export const scenarios = {
  knee1: { about: 'one command at a time', server: hardKnee(1) },
  knee3: { about: 'three at a time', server: hardKnee(3) },
  knee6: { about: 'six at a time', server: hardKnee(6) },
  soft: { about: 'each more helps less', server: softKnee },
  noisy: {
    about: 'three, noise doubled',
    server: { ...hardKnee(3), sigma: 0.4, stallShare: 0.01 },
  },
  slowed: { about: 'three, twice as slow from 10 to 20 s', server: hardKnee(3), troubles: [slow] },
  errors: { about: 'three, 20 % fail from 10 to 11 s', server: hardKnee(3), troubles: [failing] },
} as const satisfies Record<string, Scenario>;

export type ScenarioName = keyof typeof scenarios;

/** Runs one scenario with commands of 500 documents, so that the limit alone makes the difference. */
export function runLimit(
  newLimit: () => LimitRule,
  { server, troubles = [] }: Scenario,
  seed: number,
): readonly Step[] {
  const batch = { start: 500, least: 500, most: 500 };
  const pace = new Pace({ places: 64, maxBytes: 4 * 1024 * 1024, batch, newLimit });
  return simulate(pace, [{ shard: 'a', server, troubles }], { forMs, seed });
}

/** A limit that stays as it is: what the methods are held against. */
export function fixedLimit(limit: number): () => LimitRule {
  return () => ({ limit, ended: () => undefined });
}

/** Runs one scenario with the pace as it is shipped, batch size included. */
export function runPace({ server, troubles = [] }: Scenario, seed: number): readonly Step[] {
  const pace = new Pace({ places: 64, maxBytes: 4 * 1024 * 1024 });
  return simulate(pace, [{ shard: 'a', server, troubles }], { forMs, seed });
}
