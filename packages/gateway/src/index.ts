export type {
  Address,
  CollectionRules,
  Configuration,
  FieldType,
  IdType,
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
