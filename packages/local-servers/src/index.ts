export {
  findServers,
  startMongo,
  startRedis,
  type FindServers,
  type FoundServers,
  type MongoOptions,
  type RedisOptions,
} from './compose.ts';
export { localServerErrors } from './errors.ts';
export { findMongod, type FindMongod } from './find/find-mongod.ts';
export { findRedisServer } from './find/find-redis-server.ts';
export type { MongoSource } from './find/mongo-source.ts';
export type { Say } from './find/say.ts';
export { freePort } from './launch/free-port.ts';
export type { MongoProgram } from './launch/mongo-program-port.ts';
export {
  startProcess,
  type Ending,
  type ProcessPlan,
  type RunningProcess,
} from './launch/running-process.ts';
export type { RunningServer } from './launch/running-server.ts';
