import type { CaseName } from '../plan/cases.ts';
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

/** By the case they are about. */
const TARGETS: readonly (readonly [about: CaseName, target: Target])[] = [
  ['strong', { ratio: 'strongToPlain', atLeast: 5 }],
  ['eventual', { ratio: 'eventualToPlain', atLeast: 8 }],
  ['strong', { ratio: 'loneLatencyToPlain', atMost: 1.25 }],
  ['patchStrong', { ratio: 'patchStrongToPlain', atLeast: 3 }],
  ['patchStrongKeyed', { ratio: 'patchStrongKeyedToPlain', atLeast: 3 }],
  ['patchEventual', { ratio: 'patchEventualToPlain', atLeast: 3 }],
  ['ledgered', { ratio: 'ledgeredToInsertOnly', atLeast: 0.5 }],
  ['hotStrong', { ratio: 'hotToPlainAt64', atLeast: 0.5 }],
];

/** Which targets of its cases a run has met; what was not measured is not met. */
export function judgeMarks(ratios: Ratios, cases: readonly CaseName[]): readonly Mark[] {
  return TARGETS.filter(([about]) => cases.includes(about)).map(([, target]) => {
    const found = ratios[target.ratio]?.median;
    if (found === undefined) return { ...target, met: false };
    const { atLeast = Number.NEGATIVE_INFINITY, atMost = Number.POSITIVE_INFINITY } = target;
    return { ...target, found, met: found >= atLeast && found <= atMost };
  });
}
