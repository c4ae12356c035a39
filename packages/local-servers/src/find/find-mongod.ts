import { localServerErrors } from '../errors.ts';
import type { MongoProgram } from '../launch/mongo-program-port.ts';
import type { MongoSource } from './mongo-source.ts';
import { mongodByMemoryServer } from './mongod-by-memory-server.ts';
import { mongodOnPath } from './mongod-on-path.ts';
import type { Say } from './say.ts';
import { secantusdByCargo } from './secantusd-by-cargo.ts';
import { secantusdByPip } from './secantusd-by-pip.ts';

const IN_ORDER = [mongodOnPath, mongodByMemoryServer, secantusdByCargo, secantusdByPip];

export interface FindMongod {
  /** Gets a line whenever something takes longer; default: silent. */
  readonly say?: Say;
  /** Default: mongod on PATH, mongodb-memory-server if installed, secantusd by cargo, by pip. */
  readonly sources?: readonly MongoSource[];
}

/**
 * A program that speaks MongoDB's wire protocol, installed or built once per user if need be.
 * @throws no-mongodb-program with what was tried
 */
export async function findMongod(options: FindMongod = {}): Promise<MongoProgram> {
  const tried: string[] = [];
  for (const source of options.sources ?? IN_ORDER) {
    const found = await source.find(options.say ?? (() => undefined));
    if (typeof found !== 'string') return found;
    tried.push(`- ${source.name}: ${found}`);
  }
  throw localServerErrors.create('no-mongodb-program', { tried: tried.join('\n') });
}
