import type { SubjectName } from '../plan/cases.ts';
import { startHeadrace } from './start-headrace.ts';
import { startEmpty, startPlain } from './start-route.ts';
import type { PlainChoice, StartSubject } from './subject.ts';

/** Starts whichever case is asked for. */
export function subjectStarter(options: {
  readonly mongodbUri: string;
  /** For what lives as long as the processes. */
  readonly folder: string;
  /** Where CPU profiles of the gateway go; absent: none are made. */
  readonly profiles: string | undefined;
  readonly plain: PlainChoice;
}): StartSubject {
  const { mongodbUri, folder, profiles } = options;
  const headrace = (tier: 'strong' | 'eventual', name: string) => {
    const profile = profiles === undefined ? undefined : { folder: profiles, name };
    return startHeadrace({ tier, mongodbUri, folder, profile });
  };
  const starts: Readonly<Record<SubjectName, (label: string) => ReturnType<StartSubject>>> = {
    plain: () => startPlain(mongodbUri, options.plain),
    strong: (label) => headrace('strong', label),
    eventual: (label) => headrace('eventual', label),
    empty: () => startEmpty(),
  };
  return (name, label) => starts[name](label);
}
