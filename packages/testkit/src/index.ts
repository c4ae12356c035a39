export { testkitErrors } from './errors.ts';
export { failpoint, type Failpoint, type FailpointSpec } from './fault/failpoint.ts';
export { waitFor, type WaitOptions } from './fault/wait-for.ts';
export { redisProxy, type RedisProxy } from './proxy/redis-proxy.ts';
export { wireProxy, type WireProxy } from './proxy/three-member-stand-in.ts';
export type { WriteCommand } from './proxy/write-command.ts';
export { type StandInChunk, type StandInSharding } from './stand-in-mongos/chunk-table.ts';
export { type RoutedCommand } from './stand-in-mongos/router.ts';
export { StandInMongos, type StandInShard } from './stand-in-mongos/stand-in-mongos.ts';
export { selfSignedCertificate, type Certificate } from './start/self-signed-certificate.ts';
export { spawnProcess, type SpawnOptions } from './start/spawn-process.ts';
export { temporaryFolder, type TemporaryFolder } from './start/temporary-folder.ts';
export {
  freshDatabaseName,
  testMongo,
  testRedis,
  testServers,
  type TestServers,
} from './start/test-servers.ts';
