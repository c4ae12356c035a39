import type { CollectionRules } from '@headrace/gateway';
import type { CollectionInfo, MongoClient } from 'mongodb';
import { isUnauthorized } from './explain-mongodb.ts';
import type { Finder, Finding } from './finding.ts';
import { isDeterminedById, readShardKeys, type ShardKey } from './shard-keys.ts';

export interface CollectionCheck {
  readonly namespace: string;
  readonly rules: CollectionRules;
  readonly isMongos: boolean;
}

/** What a listed collection is on the server, and whether its rules can hold there. */
export async function checkCollection(
  finder: Finder,
  client: MongoClient,
  check: CollectionCheck,
): Promise<readonly Finding[]> {
  const { namespace } = check;
  const dot = namespace.indexOf('.');
  const database = client.db(namespace.slice(0, dot));
  const [found] = await database
    .listCollections(
      { name: namespace.slice(dot + 1) },
      { nameOnly: false, authorizedCollections: true },
    )
    .toArray();
  if (found === undefined) return [finder.ok('not there yet: made by its first insert')];
  const findings = [...judgeOptions(finder, found), ...(await judgeShards(finder, client, check))];
  return findings.length > 0 ? findings : [finder.ok(`there, changes: ${check.rules.changes}`)];
}

function judgeOptions(finder: Finder, { type, options }: CollectionInfo): Finding[] {
  if (type !== undefined && type !== 'collection') {
    return [finder.error(`it is a ${type}`, 'take it out of collections: only plain collections')];
  }
  const { collation, capped } = (options ?? {}) as {
    readonly collation?: { readonly locale: string };
    readonly capped?: boolean;
  };
  const findings: Finding[] = [];
  if (collation !== undefined && collation.locale !== 'simple') {
    const text = `its collation ${collation.locale} may take two texts for one _id`;
    const fix = 'use a collection with the simple collation; queries can name another';
    findings.push(finder.error(text, fix));
  }
  if (capped === true) {
    const text = 'it is capped: what falls out can not be recognised when it is sent again';
    findings.push(finder.warning(text, 'use a plain collection where repeats matter'));
  }
  return findings;
}

async function judgeShards(
  finder: Finder,
  client: MongoClient,
  { namespace, rules, isMongos }: CollectionCheck,
): Promise<Finding[]> {
  let shardKey: ShardKey | undefined;
  try {
    shardKey = (await readShardKeys(client)).get(namespace);
  } catch (cause) {
    if (!isUnauthorized(cause)) throw cause;
    if (!isMongos) return [];
    const text = 'whether it is sharded can not be seen: config.collections may not be read';
    return [finder.warning(text, 'grant the role read on the database config')];
  }
  if (shardKey === undefined) return [];
  const shown = JSON.stringify(shardKey);
  if (rules.changes !== 'none' || isDeterminedById(shardKey)) {
    return [finder.ok(`sharded by ${shown}, changes: ${rules.changes}`)];
  }
  const text = `sharded by ${shown}, which _id does not determine: two shards can hold one _id, so an insert-only collection can not tell a repeat`;
  return [finder.error(text, `set collections["${namespace}"].changes: direct`)];
}
