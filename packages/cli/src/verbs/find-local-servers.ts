import { dirname, join, resolve } from 'node:path';
import type { StopOrder } from '@headrace/base';
import { completeDraft, type Configuration, type DraftConfiguration } from '@headrace/gateway';
import { findServers } from '@headrace/local-servers';
import type { Terminal } from '../print/terminal-port.ts';

/**
 * Completes a draft: servers it does not name are taken from MONGODB_URI and REDIS_URL, or else
 * started here, with their data beside the configuration. Where it names a MongoDB and has no redis
 * section, no Redis is wanted: a real database does not get a development buffer unasked.
 */
export async function findLocalServers(
  draft: DraftConfiguration,
  { configPath, order, terminal }: Finding,
): Promise<Configuration> {
  const named = { mongodb: draft.mongodb.uri, redis: draft.redis?.uri };
  const wantsRedis = draft.redis !== undefined || named.mongodb === undefined;
  const found = await findServers({
    folder: resolve(join(dirname(configPath), '.headrace')),
    mongodbUri: named.mongodb ?? terminal.environment['MONGODB_URI'],
    redisUrl: named.redis ?? terminal.environment['REDIS_URL'],
    ...(wantsRedis ? {} : { redis: false as const }),
    say: (line) => {
      terminal.note(line);
    },
  });
  order.add('local servers', () => found.stop());
  for (const [name, server] of Object.entries(found.started)) {
    terminal.note(
      `started a development ${name} server on port ${server.port}, data in ${server.folder}: not for production`,
    );
  }
  return completeDraft(draft, { mongodbUri: found.mongodbUri, redisUri: found.redisUrl });
}

interface Finding {
  readonly configPath: string;
  readonly order: StopOrder;
  readonly terminal: Terminal;
}
