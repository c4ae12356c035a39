/** What is measured; the order here is the order of the first round. */
export const CASES = {
  plain: {
    about: 'a Fastify route with one insertOne per request, {w: "majority", j: true}',
    subject: 'plain',
    operation: 'insert',
    keyed: false,
    load: 'usual',
  },
  strong: {
    about: 'Headrace at strong',
    subject: 'strong',
    operation: 'insert',
    keyed: false,
    load: 'usual',
  },
  eventual: {
    about: 'Headrace at eventual, a burst into an empty buffer, worker running',
    subject: 'eventual',
    operation: 'insert',
    keyed: false,
    load: 'burst',
  },
  empty: {
    about: 'a Fastify route that parses, validates and answers',
    subject: 'empty',
    operation: 'insert',
    keyed: false,
    load: 'usual',
  },
  strongKeyed: {
    about: 'Headrace at strong, an idempotency key on each request',
    subject: 'strong',
    operation: 'insert',
    keyed: true,
    load: 'usual',
  },
  eventualKeyed: {
    about: 'Headrace at eventual, a short burst, an idempotency key on each request',
    subject: 'eventual',
    operation: 'insert',
    keyed: true,
    load: 'usual',
  },
  sustained: {
    about: 'Headrace at eventual for long, 64 connections: what is in MongoDB at the end counts',
    subject: 'eventual',
    operation: 'insert',
    keyed: false,
    load: 'sustained',
  },
  mongoose: {
    about: 'the plain route with mongoose: one create per request',
    subject: 'mongoose',
    operation: 'insert',
    keyed: false,
    load: 'usual',
  },
  bullmq: {
    about: 'a Fastify route that adds a BullMQ job, answered when it is in Redis; a worker inserts',
    subject: 'bullmq',
    operation: 'insert',
    keyed: false,
    load: 'usual',
  },
  offered: {
    about:
      'latency of strong and plain at shares of the best rate of plain, arrivals at fixed times',
    subject: 'strong',
    operation: 'insert',
    keyed: false,
    load: 'offered',
  },
  ledgered: {
    about:
      'Headrace at strong, inserts with an idempotency key into a collection with changes: direct',
    subject: 'direct',
    operation: 'insert',
    keyed: true,
    load: 'usual',
  },
  patchPlain: {
    about: 'the plain route with one updateOne per request, each on another document',
    subject: 'plain',
    operation: 'patch',
    keyed: false,
    load: 'usual',
  },
  patchStrong: {
    about: 'Headrace at strong, the same patches, changes: direct',
    subject: 'direct',
    operation: 'patch',
    keyed: false,
    load: 'usual',
  },
  patchStrongKeyed: {
    about: 'the same with an idempotency key on each request',
    subject: 'direct',
    operation: 'patch',
    keyed: true,
    load: 'usual',
  },
  patchEventual: {
    about: 'Headrace at eventual, the same patches, changes: buffered, worker running',
    subject: 'buffered',
    operation: 'patch',
    keyed: false,
    load: 'usual',
  },
  hotPlain: {
    about: 'the plain route, all patches on one document',
    subject: 'plain',
    operation: 'patch-one',
    keyed: false,
    load: 'usual',
  },
  hotStrong: {
    about: 'Headrace at strong, all patches on one document; what does not fit the queue gets 429',
    subject: 'direct',
    operation: 'patch-one',
    keyed: false,
    load: 'usual',
  },
} as const satisfies Record<string, Case>;

export type CaseName = keyof typeof CASES;
export const CASE_NAMES = Object.keys(CASES) as readonly CaseName[];

/** What people use beside the driver itself. */
export const OTHER_PEERS = ['mongoose', 'bullmq'] as const;

/** The cases of a run, by what they are about; those of `changes` bring their own peers along. */
export const FAMILIES = {
  inserts: [
    'plain',
    'strong',
    'eventual',
    'empty',
    'strongKeyed',
    'eventualKeyed',
    'sustained',
    ...OTHER_PEERS,
    'offered',
  ],
  changes: [
    'strongKeyed',
    'ledgered',
    'patchPlain',
    'patchStrong',
    'patchStrongKeyed',
    'patchEventual',
    'hotPlain',
    'hotStrong',
  ],
} as const satisfies Record<string, readonly CaseName[]>;
export type Family = keyof typeof FAMILIES;

/** What runs under the load; see `start/`. */
export type SubjectName =
  'plain' | 'strong' | 'eventual' | 'empty' | 'direct' | 'buffered' | (typeof OTHER_PEERS)[number];

/** Whether what runs has a buffer and a worker that empties it. */
export function isBuffered(subject: SubjectName): boolean {
  return subject === 'eventual' || subject === 'buffered' || subject === 'bullmq';
}

export interface Case {
  readonly about: string;
  readonly subject: SubjectName;
  /** `patch-one`: all on the same document. */
  readonly operation: 'insert' | 'patch' | 'patch-one';
  /** Each request has an idempotency key of its own. */
  readonly keyed: boolean;
  /** Which of the lengths in the settings; `offered` is no step of the plan, but its own part. */
  readonly load: 'usual' | 'burst' | 'sustained' | 'offered';
}

/** The sustained load is offered at one number of connections: five rounds of it are long enough. */
const SUSTAINED_CONNECTIONS = [64];
/** The marks are about these: keyed rows, patches, bursts of the full length, other peers are measured here. */
const MARKED_CONNECTIONS = [64, 256];

/** Whether a case is measured at a number of connections. */
export function isMeasuredAt(name: CaseName, connections: number): boolean {
  const { load, keyed, operation } = CASES[name];
  if (load === 'offered') return false;
  if (load === 'sustained') return SUSTAINED_CONNECTIONS.includes(connections);
  const isOtherPeer = OTHER_PEERS.some((peer) => peer === name);
  const isEverywhere = !keyed && operation === 'insert' && !isOtherPeer;
  return isEverywhere || MARKED_CONNECTIONS.includes(connections);
}

/** How long a case is loaded, by kind: at few connections a burst is as short as a usual load. */
export function loadAt(name: CaseName, connections: number): Case['load'] {
  const { load } = CASES[name];
  return load === 'burst' && !MARKED_CONNECTIONS.includes(connections) ? 'usual' : load;
}
