import type { CaseName } from '../plan/cases.ts';
import type { Ratios, Spread } from './ratios.ts';

/** What a ratio has to be. */
export interface Target {
  readonly ratio: string;
  readonly atLeast?: number;
  readonly atMost?: number;
}

export interface Mark extends Target {
  /** The median; absent when it was not measured. */
  readonly found?: number;
  readonly met: boolean;
}

/** By the case they are about. */
const TARGETS: readonly (readonly [about: CaseName, target: Target])[] = [
  ['strong', { ratio: 'strongToPlain', atLeast: 5 }],
  ['eventual', { ratio: 'eventualToPlain', atLeast: 8 }],
  ['strong', { ratio: 'loneLatencyToPlain', atMost: 1.25 }],
  ['offered', { ratio: 'strongP99ToPlain', atMost: 0.3 }],
  ['offered', { ratio: 'strongP99ToPlainLight', atMost: 1.1 }],
  ['patchStrong', { ratio: 'patchStrongToPlain', atLeast: 3 }],
  ['patchStrongKeyed', { ratio: 'patchStrongKeyedToPlain', atLeast: 3 }],
  ['patchEventual', { ratio: 'patchEventualToPlain', atLeast: 3 }],
  ['ledgered', { ratio: 'ledgeredToInsertOnly', atLeast: 0.5 }],
  ['hotStrong', { ratio: 'hotToPlainAt64', atLeast: 0.5 }],
];

/** Which targets of its cases a run has met; what was not measured is not met. */
export function judgeMarks(ratios: Ratios, cases: readonly CaseName[]): readonly Mark[] {
  return TARGETS.filter(([about]) => cases.includes(about)).map(([, target]) =>
    judgeTarget(target, ratios),
  );
}

/** Holds the median of its ratio against a target. */
export function judgeTarget(
  target: Target,
  ratios: Readonly<Record<string, Pick<Spread, 'median'>>>,
): Mark {
  const found = ratios[target.ratio]?.median;
  if (found === undefined) return { ...target, met: false };
  const { atLeast = Number.NEGATIVE_INFINITY, atMost = Number.POSITIVE_INFINITY } = target;
  return { ...target, found, met: found >= atLeast && found <= atMost };
}

/** A line for a person. */
export function formatMark({ ratio, atLeast, atMost, found, met }: Mark): string {
  const wanted = atLeast === undefined ? `at most ${atMost ?? ''}` : `at least ${atLeast}`;
  const verdict = found === undefined ? 'not measured' : met ? 'met' : 'missed';
  return `${verdict.padEnd(13)}${ratio} ${wanted}${found === undefined ? '' : `: ${found.toFixed(2)}`}`;
}
