import { isDeterminedById } from '../doctor/shard-keys.ts';
import { declaredTypes, idKinds } from './field-kinds.ts';
import type { LiveCollection, NotedIndex } from './read-collections.ts';
import { isIdType } from './value-kind.ts';

/** The lines of a collection in the configuration, two blanks deep. */
export function describeCollection(live: LiveCollection): readonly string[] {
  return [
    `  ${yamlName(`${live.database}.${live.name}`)}:`,
    ...live.indexes.map((index) => `    # ${indexText(index)}`),
    '    tier: strong',
    ...changesLines(live),
    ...idTypeLines(live),
    ...typesLines(live),
  ];
}

function indexText({ fields, unique, expireAfterSeconds }: NotedIndex): string {
  const shown = JSON.stringify(fields);
  if (expireAfterSeconds !== undefined) {
    return `TTL index ${shown}, ${expireAfterSeconds} s: what it deletes is inserted anew when its write comes again.`;
  }
  return unique ? `unique index ${shown}: a second document of one value answers 409.` : shown;
}

function changesLines({ shardKey }: LiveCollection): string[] {
  if (shardKey === undefined) return ['    changes: none'];
  const shown = `    # sharded by ${JSON.stringify(shardKey)}`;
  if (isDeterminedById(shardKey)) return [`${shown}: _id determines it.`, '    changes: none'];
  return [
    `${shown}, which _id does not determine: inserts only (none) can not tell repeats here.`,
    '    changes: direct',
  ];
}

function idTypeLines({ sample }: LiveCollection): string[] {
  const [kind, ...others] = idKinds(sample);
  if (kind === undefined)
    return ['    # empty: choose how a missing _id is made.', '    idType: uuid'];
  if (others.length > 0 || !isIdType(kind)) {
    const found = [kind, ...others].join(', ');
    return [
      `    # _id is ${found} in a sample: choose how a missing one is made.`,
      '    idType: uuid',
    ];
  }
  if (kind !== 'int' && kind !== 'long') return [`    idType: ${kind}`];
  return [`    idType: ${kind} # can not be made up: every document brings its own`];
}

function typesLines({ sample }: LiveCollection): string[] {
  const types = [...declaredTypes(sample)].map(
    ([path, type]) => `      ${yamlName(path)}: ${type}`,
  );
  return types.length === 0 ? [] : ['    types:', ...types];
}

/** A name as YAML takes it: quoted unless it can be nothing else. */
function yamlName(name: string): string {
  const isPlain =
    /^[A-Za-z_][\w.-]*$/.test(name) && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(name);
  return isPlain ? name : JSON.stringify(name);
}
