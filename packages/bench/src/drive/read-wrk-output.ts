import type { LoadResult } from './load.ts';
import { programFailed } from './run-program.ts';
import { FIGURES_MARK } from './wrk-script.ts';

const FIGURES = [
  'durationUs',
  'requests',
  'status',
  'connect',
  'read',
  'write',
  'timeout',
  'p50Us',
  'p90Us',
  'p99Us',
  'maxUs',
] as const;
type Figures = Readonly<Record<(typeof FIGURES)[number], number>>;

/**
 * Reads what our script made wrk print. Latencies are wrk's own: from the first byte written to the
 * whole answer read, with its correction for requests that a slow answer kept from being sent.
 * @throws HeadraceError `program-failed` when a figure is missing
 */
export function readWrkOutput(output: string): LoadResult {
  const figures = findFigures(output);
  const ms = (microseconds: number): number => microseconds / 1_000;
  return {
    seconds: figures.durationUs / 1_000_000,
    answered: figures.requests - figures.status,
    refused: figures.status,
    socketErrors: figures.connect + figures.read + figures.write + figures.timeout,
    latencyMs: {
      p50: ms(figures.p50Us),
      p90: ms(figures.p90Us),
      p99: ms(figures.p99Us),
      max: ms(figures.maxUs),
    },
  };
}

function findFigures(output: string): Figures {
  const line = output.split('\n').find((one) => one.startsWith(FIGURES_MARK));
  if (line === undefined) throw programFailed('wrk', 'no line of figures', output);
  const figures = JSON.parse(line.slice(FIGURES_MARK.length)) as Record<string, unknown>;
  const missing = FIGURES.filter((name) => typeof figures[name] !== 'number');
  if (missing.length > 0) throw programFailed('wrk', `no ${missing.join(', ')}`, output);
  return figures as Figures;
}
