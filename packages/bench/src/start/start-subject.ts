import type { SubjectName } from '../plan/cases.ts';
import { startBullmq } from './start-bullmq.ts';
import { startHeadrace, type HeadraceStart } from './start-headrace.ts';
import { startEmpty, startMongoose, startPlain } from './start-route.ts';
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
  const headrace = (how: Pick<HeadraceStart, 'tier' | 'changes'>, name: string) => {
    const profile = profiles === undefined ? undefined : { folder: profiles, name };
    return startHeadrace({ ...how, mongodbUri, folder, profile });
  };
  const starts: Readonly<Record<SubjectName, (label: string) => ReturnType<StartSubject>>> = {
    plain: () => startPlain(mongodbUri, options.plain),
    strong: (label) => headrace({ tier: 'strong', changes: 'none' }, label),
    eventual: (label) => headrace({ tier: 'eventual', changes: 'none' }, label),
    direct: (label) => headrace({ tier: 'strong', changes: 'direct' }, label),
    buffered: (label) => headrace({ tier: 'eventual', changes: 'buffered' }, label),
    empty: () => startEmpty(),
    mongoose: () => startMongoose(mongodbUri, options.plain),
    bullmq: () => startBullmq({ mongodbUri, folder, pool: options.plain.pool }),
  };
  return (name, label) => starts[name](label);
}
