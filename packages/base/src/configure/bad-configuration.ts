import { baseErrors } from '../errors.ts';
import type { HeadraceError } from '../errors/headrace-error.ts';

/** One thing that is wrong with a configuration. */
export interface ConfigurationProblem {
  /** Where: `mongodb.uri`, `line 3, column 5`; empty for the configuration as a whole. */
  readonly path: string;
  /** What is wrong, and what was expected. */
  readonly text: string;
  /** For an unknown name: the known one that is probably meant. */
  readonly nearest?: string;
}

/**
 * The one error of a configuration that can not be used; `details.problems` holds them all.
 * @param source begins the text, such as `./headrace.yaml`
 */
export function badConfiguration(
  problems: readonly ConfigurationProblem[],
  source = 'The configuration',
): HeadraceError {
  const list = problems
    .map(({ path, text }) => `  ${path === '' ? text : `${path}: ${text}`}`)
    .join('\n');
  return baseErrors.create('bad-configuration', { source, list, problems });
}
