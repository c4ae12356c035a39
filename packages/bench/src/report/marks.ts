import type { Ratios } from './ratios.ts';

/** What a ratio has to be. */
interface Target {
  readonly ratio: string;
  readonly atLeast?: number;
  readonly atMost?: number;
}

export interface Mark extends Target {
  /** The median; absent when it was not measured. */
  readonly found?: number;
  readonly met: boolean;
}

const TARGETS: readonly Target[] = [
  { ratio: 'strongToPlain', atLeast: 5 },
  { ratio: 'eventualToPlain', atLeast: 8 },
  { ratio: 'loneLatencyToPlain', atMost: 1.25 },
];

/** Which targets a run has met; what was not measured is not met. */
export function judgeMarks(ratios: Ratios): readonly Mark[] {
  return TARGETS.map((target) => {
    const found = ratios[target.ratio]?.median;
    if (found === undefined) return { ...target, met: false };
    const { atLeast = Number.NEGATIVE_INFINITY, atMost = Number.POSITIVE_INFINITY } = target;
    return { ...target, found, met: found >= atLeast && found <= atMost };
  });
}
