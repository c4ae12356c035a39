import type { PreRun } from '../measure/choose-plain.ts';
import type { Row } from '../measure/row.ts';
import type { Settings } from '../plan/settings.ts';
import type { Surroundings } from './surroundings.ts';
import { judgeMarks, type Mark } from './marks.ts';
import { computeRatios, type Ratios } from './ratios.ts';

/** Everything about one run, as it is kept: `bench/results/ingest*.json`. */
export interface Results extends Surroundings {
  /** Begins a line for a person who opens the file. */
  readonly about: string;
  readonly settings: Settings;
  /** The plain route's settings that were tried, and the chosen ones. */
  readonly preRun: PreRun;
  readonly ratios: Ratios;
  readonly marks: readonly Mark[];
  /** Every measurement, in the order of the run. */
  readonly rounds: readonly Row[];
}

const ABOUT =
  'Inserts and patches through Headrace beside a plain Fastify route. perSecond counts acknowledged writes that are stored (sustained: stored when the load ended); ratios are medians of per-round ratios.';

export function makeResults(
  surroundings: Surroundings,
  run: {
    readonly settings: Settings;
    readonly preRun: PreRun;
    readonly rounds: readonly Row[];
  },
): Results {
  const { settings, preRun, rounds } = run;
  const ratios = computeRatios(rounds);
  return {
    about: ABOUT,
    ...surroundings,
    settings,
    preRun,
    ratios,
    marks: judgeMarks(ratios, settings.cases),
    rounds,
  };
}
