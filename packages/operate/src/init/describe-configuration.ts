import { describeCollection } from './describe-collection.ts';
import type { LiveCollection } from './read-collections.ts';

/** The text of a first configuration, with what should be known about each line. */
export function describeConfiguration(parts: {
  readonly mongodbUri: string;
  readonly redisUri: string | undefined;
  readonly collections: readonly LiveCollection[];
}): string {
  const { mongodbUri, redisUri, collections } = parts;
  return `${[
    '# Written by headrace init from a live server. Read it before it is used; all settings are in',
    '# docs/config.md.',
    'listen: 127.0.0.1:8080',
    'adminListen: 127.0.0.1:8081 # metrics and health, not for callers',
    ...serverLines('mongodb', mongodbUri),
    ...(redisUri === undefined ? withoutRedis : serverLines('redis', redisUri)),
    ...collectionsHead,
    ...(collections.length === 0 ? ['collections: {}'] : ['collections:']),
    ...collections.flatMap(describeCollection),
  ].join('\n')}\n`;
}

const withoutRedis = [
  '# redis: { uriFile: ./redis.uri } # the buffered lane: without it the tier eventual is refused',
];

const collectionsHead = [
  '',
  '# Only what is listed takes writes: take out what should get none from here. For each collection:',
  '#   tier     durability of a write that names none: strong, balanced or eventual',
  '#   changes  none: inserts only, the fastest. direct: replace, patch and delete as well, answered',
  '#            after MongoDB. buffered: the same, answered after Redis.',
  '#   idType   how a missing _id is made, and how an id in a path is read',
  '#   types    what plain JSON can not say; found in a sample, so see whether one is missing',
];

/** A URI with a password is not written: the file is read by more people than may know it. */
function serverLines(name: 'mongodb' | 'redis', uri: string): string[] {
  if (!hasPassword(uri)) return [`${name}:`, `  uri: ${JSON.stringify(uri)}`];
  const variable = name === 'mongodb' ? 'MONGODB_URI' : 'REDIS_URL';
  return [
    `${name}:`,
    '  # The URI has a password in it. Put it into a file that only Headrace may read, and name that:',
    `  # uriFile: ./${name}.uri`,
    `  # headrace config check --connect and headrace up also take it from ${variable}.`,
    name === 'mongodb' ? '  database: headrace # own records' : '  prefix: hr # begins every name',
  ];
}

/** Anything that can hide a secret: a password, or a parameter of a mechanism. */
export function hasPassword(uri: string): boolean {
  return (
    /^[a-z][a-z0-9+.-]*:\/\/[^/?]*:.*@/is.test(uri) ||
    /password|secret|token|authMechanismProperties/i.test(uri)
  );
}
