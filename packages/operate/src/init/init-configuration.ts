import { writeFile } from 'node:fs/promises';
import { MongoClient } from 'mongodb';
import { explainMongodb } from '../doctor/explain-mongodb.ts';
import { operateErrors } from '../errors.ts';
import { describeConfiguration, hasPassword } from './describe-configuration.ts';
import { readCollections, type LiveCollection } from './read-collections.ts';

export interface InitOptions {
  readonly mongodbUri: string;
  readonly redisUri?: string | undefined;
  /** Where the configuration goes. */
  readonly path: string;
  /** Overwrites what is there. */
  readonly force?: boolean | undefined;
}

/** What was written. */
export interface InitResult {
  /** Namespaces that are listed. */
  readonly namespaces: readonly string[];
  /** Servers whose URI was left out, because it has a password in it. */
  readonly leftOut: readonly ('mongodb' | 'redis')[];
}

const ownDatabase = 'headrace';
const connectWithinMs = 5_000;

/**
 * Writes a commented configuration from what a live server holds. Reads only.
 * @throws HeadraceError `configuration-exists`, `server-unreadable`
 */
export async function initConfiguration(options: InitOptions): Promise<InitResult> {
  const { mongodbUri, redisUri, path, force = false } = options;
  const collections = await readServer(mongodbUri);
  const text = describeConfiguration({ mongodbUri, redisUri, collections });
  try {
    await writeFile(path, text, { flag: force ? 'w' : 'wx' });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
    throw operateErrors.create('configuration-exists', { path });
  }
  return {
    namespaces: collections.map(({ database, name }) => `${database}.${name}`),
    leftOut: [
      ...(hasPassword(mongodbUri) ? (['mongodb'] as const) : []),
      ...(redisUri !== undefined && hasPassword(redisUri) ? (['redis'] as const) : []),
    ],
  };
}

async function readServer(uri: string): Promise<readonly LiveCollection[]> {
  let client: MongoClient | undefined;
  try {
    client = new MongoClient(uri, {
      appName: 'headrace init',
      maxPoolSize: 2,
      serverSelectionTimeoutMS: connectWithinMs,
    });
    return await readCollections(client, ownDatabase);
  } catch (cause) {
    const { text: reason, fix } = explainMongodb(cause);
    throw operateErrors.create('server-unreadable', { reason, fix: sentence(fix) }, cause);
  } finally {
    await client?.close();
  }
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
