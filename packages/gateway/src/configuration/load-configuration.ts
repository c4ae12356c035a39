import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { badConfiguration, resolveConfiguration, type ConfigurationProblem } from '@headrace/base';
import type { Configuration, RedisSettings } from '../configuration-port.ts';
import { configurationSchema, draftSchema, REDIS_PREFIX } from './configuration-schema.ts';
import { readYaml } from './read-yaml.ts';

/** Where a configuration comes from: a file, or YAML text (files in it relative to `folder`). */
export type ConfigurationSource =
  { readonly path: string } | { readonly text: string; readonly folder?: string };

/** A configuration that need not name its servers yet. */
export interface DraftConfiguration extends Omit<Configuration, 'mongodb' | 'redis'> {
  readonly mongodb: Omit<Configuration['mongodb'], 'uri'> & { readonly uri?: string };
  readonly redis?: Omit<RedisSettings, 'uri'> & { readonly uri?: string };
}

/**
 * Reads and resolves a configuration that names its servers. Paths in it are relative to the file.
 * @throws HeadraceError `bad-configuration` listing everything that is wrong with it
 */
export async function loadConfiguration(source: ConfigurationSource): Promise<Configuration> {
  const request = await readSource(source);
  const loaded = resolveConfiguration({ ...request, schema: configurationSchema });
  refuse(
    [...ownDatabaseProblems(loaded), ...redisProblems(loaded), ...laneProblems(loaded)],
    request.source,
  );
  return loaded;
}

/**
 * The same for a process that finds the servers that are not named.
 * @throws HeadraceError `bad-configuration`
 */
export async function loadDraft(source: ConfigurationSource): Promise<DraftConfiguration> {
  const request = await readSource(source);
  const loaded = resolveConfiguration({ ...request, schema: draftSchema });
  refuse([...ownDatabaseProblems(loaded), ...redisProblems(loaded)], request.source);
  return loaded;
}

/**
 * A draft with the servers that were found; those it names stay. Without a Redis there is no
 * buffered lane.
 * @throws HeadraceError `bad-configuration` when nobody named a MongoDB, or a Redis that is needed
 */
export function completeDraft(
  draft: DraftConfiguration,
  found: { readonly mongodbUri?: string | undefined; readonly redisUri?: string | undefined },
): Configuration {
  const uri = draft.mongodb.uri ?? found.mongodbUri;
  if (uri === undefined) {
    throw badConfiguration([{ path: 'mongodb.uri', text: 'missing, and no server was found' }]);
  }
  const { redis, ...rest } = draft;
  const redisUri = redis?.uri ?? found.redisUri;
  const complete = { ...rest, mongodb: Object.freeze({ ...draft.mongodb, uri }) };
  if (redisUri === undefined) {
    refuse(laneProblems(draft));
    return Object.freeze(complete);
  }
  const named = Object.freeze({
    ...{ prefix: REDIS_PREFIX, minReplicas: 0 },
    ...redis,
    uri: redisUri,
  });
  return Object.freeze({ ...complete, redis: named });
}

async function readSource(source: ConfigurationSource) {
  const { text, folder, name } = await open(source);
  const reading = readYaml(text);
  if ('problems' in reading) throw badConfiguration(reading.problems, name);
  return {
    raw: reading.value,
    readFile: (path: string) => readFileSync(resolve(folder, path), 'utf8'),
    source: name,
  };
}

async function open(source: ConfigurationSource) {
  if ('text' in source) {
    return { text: source.text, folder: source.folder ?? '.', name: 'The configuration' };
  }
  try {
    const text = await readFile(source.path, 'utf8');
    return { text, folder: dirname(source.path), name: source.path };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const text = `can not be read (${reason}); headrace init writes one`;
    throw badConfiguration([{ path: '', text }], source.path);
  }
}

function refuse(problems: readonly ConfigurationProblem[], source?: string): void {
  if (problems.length > 0) throw badConfiguration(problems, source);
}

/** Keeps callers apart from Headrace's own records. */
function ownDatabaseProblems({ mongodb, collections }: DraftConfiguration): ConfigurationProblem[] {
  const { database } = mongodb;
  return Object.keys(collections)
    .filter((namespace) => namespace.startsWith(`${database}.`))
    .map((namespace) => ({
      path: `collections["${namespace}"]`,
      text: `${database} is Headrace's own database (mongodb.database); name another`,
    }));
}

/** Settings of Redis that mean nothing without each other. */
function redisProblems({ redis }: DraftConfiguration): ConfigurationProblem[] {
  if (redis === undefined) return [];
  const { sentinels, masterName, tls, uri } = redis;
  const problems: ConfigurationProblem[] = [];
  if (sentinels !== undefined && masterName === undefined) {
    problems.push({ path: 'redis.masterName', text: 'missing; the sentinels are asked for it' });
  }
  if (sentinels === undefined && (masterName ?? redis.sentinelPassword) !== undefined) {
    problems.push({ path: 'redis.sentinels', text: 'missing; without them nobody is asked' });
  }
  if (redis.sentinelUsername !== undefined && redis.sentinelPassword === undefined) {
    const text = 'missing; the user redis.sentinelUsername logs in with it';
    problems.push({ path: 'redis.sentinelPassword', text });
  }
  if ((tls?.cert === undefined) !== (tls?.key === undefined)) {
    problems.push({ path: 'redis.tls', text: 'cert and key belong together; give both' });
  }
  if (tls !== undefined && uri?.startsWith('redis://') === true) {
    const text = 'the URI begins with redis://, which uses no TLS; write rediss://';
    problems.push({ path: 'redis.uri', text });
  }
  return problems;
}

/** Without the lane its changes take a collection would refuse every one of them. */
function laneProblems({ redis, collections }: DraftConfiguration): ConfigurationProblem[] {
  if (redis !== undefined) return [];
  return Object.entries(collections)
    .filter(([, { changes }]) => changes === 'buffered')
    .map(([namespace]) => ({
      path: `collections["${namespace}"].changes`,
      text: 'buffered needs a Redis; name one under `redis`, or say direct',
    }));
}
