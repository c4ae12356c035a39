export {
  openBoth,
  openGateway,
  openWorker,
  type OpenOptions,
  type RunningGateway,
  type RunningWorker,
} from './compose.ts';
export { openDeadLetters, openReplays, type Opened } from './compose-dead-letters.ts';
export type {
  DeadLetterChoice,
  DeadLetterRecordsPort,
  DeadLetterRow,
  ReplayChoice,
  ReplayOutcome,
  ReplayResult,
  ReplaysPort,
  WholeDeadLetter,
} from './accept/dead-letters-port.ts';
export { optionalRedisCommands, redisAclRules, redisCommands } from './append/redis-access.ts';
export { RedisClient, type RedisTarget } from './append/redis-client.ts';
export { toExtendedJson } from './accept/extended-json.ts';
export { gatewayErrors } from './errors.ts';
export type {
  Address,
  CollectionRules,
  Configuration,
  FieldType,
  IdType,
  RedisSettings,
} from './configuration-port.ts';
export {
  completeDraft,
  loadConfiguration,
  loadDraft,
  type ConfigurationSource,
  type DraftConfiguration,
} from './configuration/load-configuration.ts';
export { noteConfiguration } from './configuration/note-configuration.ts';
export { printConfiguration } from './configuration/print-configuration.ts';
