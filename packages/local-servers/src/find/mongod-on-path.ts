import type { MongoSource } from './mongo-source.ts';
import { programOnPath } from './program-on-path.ts';

export const mongodOnPath: MongoSource = {
  name: 'mongod',
  find: async () => {
    const path = await programOnPath('mongod');
    return path === undefined ? 'not on PATH' : { kind: 'mongod', path };
  },
};
