import { MongoClient, MongoError } from 'mongodb';
import { writerErrors } from '../errors.ts';

export interface ClientOptions {
  readonly uri: string;
  /** Hard maximum of connections. */
  readonly maxPoolSize: number;
  /** Connections opened before the first write. */
  readonly warmConnections: number;
}

/** Above every tier's wtimeout, so that the server's own answer comes first. */
const socketTimeoutMS = 15_000;

/**
 * Opens a driver client whose every wait is bounded, with its first connections open: the driver
 * fills a pool one connection per 100 ms, so parallel pings open them here.
 * @throws HeadraceError `mongodb-refuses-user`, `mongodb-not-reached`
 */
export async function openClient(options: ClientOptions): Promise<MongoClient> {
  const client = new MongoClient(options.uri, {
    appName: 'headrace',
    maxPoolSize: options.maxPoolSize,
    maxConnecting: 8,
    waitQueueTimeoutMS: 5000,
    serverSelectionTimeoutMS: 5000,
    socketTimeoutMS,
    retryWrites: true,
    // Repeats are the writer's, inside the caller's deadline; the driver's would multiply them.
    maxAdaptiveRetries: 0,
  });
  try {
    await client.connect();
    const pings = Array.from({ length: options.warmConnections }, () =>
      client.db('admin').command({ ping: 1 }),
    );
    await Promise.all(pings);
    return client;
  } catch (cause) {
    await client.close();
    throw explain(cause);
  }
}

/** AuthenticationFailed, and what Atlas answers in its place. */
const refusalCodes = new Set<unknown>([18, 8000]);

function explain(cause: unknown): unknown {
  if (!(cause instanceof MongoError)) return cause;
  // The driver may wrap what the server said in an error about all servers.
  const reason = cause.message.replace(/\s+/g, ' ').replace(/\.$/, '');
  const isRefused = refusalCodes.has(cause.code) || /authentication failed/i.test(reason);
  const code = isRefused ? 'mongodb-refuses-user' : 'mongodb-not-reached';
  return writerErrors.create(code, { reason }, cause);
}
