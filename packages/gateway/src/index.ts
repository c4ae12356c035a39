export {
  listDeadLetters,
  openBoth,
  openGateway,
  openWorker,
  type OpenOptions,
  type RunningGateway,
  type RunningWorker,
} from './compose.ts';
export type { DeadLetterChoice, DeadLetterRow } from './apply/dead-letter-rows.ts';
export {
  optionalRedisCommands,
  redisAclRules,
  redisCommands,
} from './append/redis-access.ts';
export { RedisClient, type RedisTarget } from './append/redis-client.ts';
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
