/** Where the jobs are, in the database that BullMQ's keys are in. */
export const QUEUE = 'orders';

/** Finished jobs are not kept, failed ones are tried again: the guide's advice for production. */
export const JOBS_OF_ORDERS = {
  removeOnComplete: true,
  removeOnFail: { count: 1_000 },
  attempts: 3,
  backoff: { type: 'exponential', delay: 1_000 },
} as const;

/** A caller waits for the answer: fail fast, queue nothing while Redis is away. */
export function producerConnection(uri: string) {
  return { ...addressOf(uri), enableOfflineQueue: false, maxRetriesPerRequest: 1 };
}

/** Nobody waits for a worker: it goes on trying. */
export function workerConnection(uri: string) {
  return { ...addressOf(uri), maxRetriesPerRequest: null };
}

function addressOf(uri: string) {
  const { hostname, port } = new URL(uri);
  return { host: hostname, port: Number(port) };
}
