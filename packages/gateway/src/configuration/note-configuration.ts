import type { DraftConfiguration } from './load-configuration.ts';

/** What is allowed but may surprise: one sentence each, for a person at the start. */
export function noteConfiguration(configuration: DraftConfiguration): readonly string[] {
  const notes: string[] = [];
  const collections = Object.entries(configuration.collections);
  if (collections.length === 0) {
    notes.push('collections lists nothing: every write will be refused until one is listed.');
  }
  if (configuration.tiers.allowLower) {
    notes.push('tiers.allowLower is on: a balanced write may get less, and its receipt says so.');
  }
  for (const [namespace, { idType, tier }] of collections) {
    if (idType === 'int' || idType === 'long') {
      notes.push(
        `${namespace} has idType ${idType}, which can not be made up: a document without its own _id will be refused.`,
      );
    }
    if (tier === 'eventual' && configuration.redis === undefined) {
      notes.push(
        `${namespace} has tier eventual, but there is no redis section: a write that names no other tier will be refused.`,
      );
    }
  }
  return notes;
}
