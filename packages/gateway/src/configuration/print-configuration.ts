import { redactConfiguration } from '@headrace/base';
import { stringify } from 'yaml';
import { draftSchema } from './configuration-schema.ts';
import type { DraftConfiguration } from './load-configuration.ts';

/**
 * A resolved configuration as YAML: every default spelled out, secrets hidden. Apart from those it
 * reads back as the same configuration.
 */
export function printConfiguration(configuration: DraftConfiguration): string {
  return stringify(redactConfiguration(draftSchema, configuration), { lineWidth: 0 });
}
