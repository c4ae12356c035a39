import type { Step } from './simulate.ts';

/** What came of a stretch of a run. */
export interface Stretch {
  /** Documents stored a millisecond. */
  readonly perMs: number;
  /** Median, in milliseconds. */
  readonly latencyMs: number;
  /** Median of the commands that might be in flight. */
  readonly limit: number;
  /** Between the 5th and the 95th percentile of it. */
  readonly amplitude: number;
}

/** Commands whose median limit counts as one: a probe is shorter than half of them. */
const block = 25;

export function stretch(steps: readonly Step[], fromMs: number, toMs: number): Stretch {
  const inside = steps.filter(({ atMs }) => fromMs <= atMs && atMs < toMs);
  const stored = inside.reduce((sum, step) => sum + (step.failed ? 0 : step.documents), 0);
  const limits = inside.map(({ limit }) => limit);
  return {
    perMs: stored / (toMs - fromMs),
    latencyMs: percentile(
      inside.map(({ latencyMs }) => latencyMs),
      0.5,
    ),
    limit: percentile(limits, 0.5),
    amplitude: percentile(limits, 0.95) - percentile(limits, 0.05),
  };
}

/**
 * @returns commands until a figure is where it ends up: within `tolerance` of its median over the last
 * half, and so in 95 % of what follows
 */
export function settledAfter(
  steps: readonly Step[],
  figureOf: (step: Step) => number,
  tolerance: number,
): number {
  const figures = steps.map(figureOf);
  const last = percentile(figures.slice(figures.length / 2), 0.5);
  const isThere = Array.from({ length: Math.floor(figures.length / block) }, (_, at) => {
    const median = percentile(figures.slice(at * block, (at + 1) * block), 0.5);
    return Math.abs(median - last) <= tolerance;
  });
  const from = isThere.findIndex((now, at) => now && shareOf(isThere.slice(at)) >= 0.95);
  return from === -1 ? Infinity : from * block;
}

function shareOf(holds: readonly boolean[]): number {
  return holds.filter(Boolean).length / holds.length;
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}
