import { isMeasuredAt, loadAt, type CaseName } from './cases.ts';
import type { Settings } from './settings.ts';

/** One measurement. */
export interface Step {
  /** From 1. */
  readonly round: number;
  readonly name: CaseName;
  readonly connections: number;
  readonly seconds: number;
}

/**
 * All measurements in their order. At each number of connections the cases follow each other, so
 * what is compared was measured within minutes; each round begins with another case, so none is
 * always the one after the machine's busiest.
 */
export function planSteps(settings: Settings): readonly Step[] {
  const steps: Step[] = [];
  for (let round = 1; round <= settings.rounds; round += 1) {
    for (const connections of settings.connections) {
      for (const name of rotate(settings.cases, round - 1)) {
        if (!isMeasuredAt(name, connections)) continue;
        steps.push({
          round,
          name,
          connections,
          seconds: settings.seconds[loadAt(name, connections)],
        });
      }
    }
  }
  return steps;
}

/** The same items, beginning with another one. */
export function rotate<Item>(items: readonly Item[], by: number): readonly Item[] {
  const at = by % items.length;
  return [...items.slice(at), ...items.slice(0, at)];
}
