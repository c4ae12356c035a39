import { MongoClient, MongoError } from 'mongodb';
import { writerErrors } from '../errors.ts';

export interface ClientOptions {
  readonly uri: string;
  /** Hard maximum of connections. */
  readonly maxPoolSize: number;
  /** Connections that are open before the first write, and stay so. */
  readonly warmConnections: number;
  /** Given the client before it connects. */
  readonly follow?: (client: MongoClient) => void;
}

/**
 * Every wait of the driver has an end, whatever the URI says. All in milliseconds.
 *
 * A call fails after 15 s without a byte: above every tier's wtimeout, so that the server's own
 * answer comes first. A server that is gone without a word is noticed after one heartbeat and one
 * connect limit, 10 s (the driver's own figures make it 40 s). Connections beyond the warm ones are
 * closed after 3 idle minutes, before the balancers and firewalls of the clouds drop them unseen
 * (the shortest usual limit is 4 minutes); warm ones are replaced.
 */
const limits = {
  waitQueueTimeoutMS: 5_000,
  serverSelectionTimeoutMS: 5_000,
  connectTimeoutMS: 5_000,
  socketTimeoutMS: 15_000,
  heartbeatFrequencyMS: 5_000,
  maxIdleTimeMS: 180_000,
};
/** Connections that are being opened at the same time. */
const maxConnecting = 8;

/**
 * Opens a driver client whose every wait is bounded, with its first connections open.
 * @throws HeadraceError `mongodb-refuses-user`, `mongodb-not-reached`
 */
export async function openClient(options: ClientOptions): Promise<MongoClient> {
  const { maxPoolSize } = options;
  const warmConnections = Math.min(options.warmConnections, maxPoolSize);
  const client = new MongoClient(options.uri, {
    appName: 'headrace',
    maxPoolSize,
    minPoolSize: warmConnections,
    maxConnecting,
    ...limits,
    retryWrites: true,
    // Repeats are the writer's, inside the caller's deadline; the driver's would multiply them.
    maxAdaptiveRetries: 0,
  });
  options.follow?.(client);
  try {
    await warmUp(client, warmConnections);
    return client;
  } catch (cause) {
    await client.close();
    throw explain(cause);
  }
}

/**
 * Opens connections side by side: the driver's own way to `minPoolSize` is one every 100 ms. A ping
 * that is over lends its connection to the next, so more pings than `maxConnecting` may open fewer
 * connections than there are pings: then they are sent again, until each server that serves has its
 * connections.
 */
async function warmUp(client: MongoClient, connections: number): Promise<void> {
  const ready = new Map<string, number>();
  const serving = new Set<string>();
  const noteReady = ({ address }: { readonly address: string }): void => {
    ready.set(address, (ready.get(address) ?? 0) + 1);
  };
  const noteServing = ({ address }: { readonly address: string }): void => {
    serving.add(address);
  };
  client.on('connectionReady', noteReady);
  client.on('connectionCheckedOut', noteServing);
  await client.connect();
  const isCold = (): boolean =>
    serving.size === 0 || [...serving].some((address) => (ready.get(address) ?? 0) < connections);
  while (isCold()) {
    const pings = Array.from({ length: connections * Math.max(1, serving.size) }, () =>
      client.db('admin').command({ ping: 1 }),
    );
    await Promise.all(pings);
  }
  client.off('connectionReady', noteReady);
  client.off('connectionCheckedOut', noteServing);
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
