import type { PreRun } from '../measure/choose-plain.ts';
import type { OfferedRow } from '../measure/measure-offered.ts';
import type { Row } from '../measure/row.ts';
import type { Settings } from '../plan/settings.ts';
import type { Surroundings } from './surroundings.ts';
import { judgeMarks, type Mark } from './marks.ts';
import { offeredRatios } from './offered.ts';
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
  /** Every load that was offered at fixed arrival times, in the order of the run. */
  readonly offered?: readonly OfferedRow[];
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
    readonly offered: readonly OfferedRow[];
    readonly rounds: readonly Row[];
  },
): Results {
  const { settings, preRun, offered, rounds } = run;
  const ratios = allRatios({ offered, rounds });
  return {
    about: ABOUT,
    ...surroundings,
    settings,
    preRun,
    ratios,
    marks: judgeMarks(ratios, settings.cases),
    offered,
    rounds,
  };
}

/** Every ratio of what was measured. */
export function allRatios({ offered = [], rounds }: Pick<Results, 'offered' | 'rounds'>): Ratios {
  return { ...computeRatios(rounds), ...offeredRatios(offered) };
}
