import type { MongoProgram } from '../launch/mongo-program-port.ts';
import type { Say } from './say.ts';

/** One way to get a MongoDB-wire server. Tried in order; the first that has one wins. */
export interface MongoSource {
  /** Shown when none had one. */
  readonly name: string;
  /** The program, or in words why this machine can not have it this way. */
  readonly find: (say: Say) => Promise<MongoProgram | string>;
}
