import { Secret } from '@headrace/base';
import { Type } from 'typebox';
import { addressListSetting, addressSetting } from './address-setting.ts';
import { fieldPathProblem, namespaceProblem } from './check-names.ts';
import { sizeSetting } from './size-setting.ts';

const collection = Type.Object({
  tier: Type.Enum(['eventual', 'balanced', 'strong'], {
    default: 'strong',
    description: 'Durability of a write that does not name one with `x-consistency`.',
  }),
  changes: Type.Enum(['none', 'direct', 'buffered'], {
    default: 'none',
    description:
      'Which lane replaces, patches and deletes take. With `none` the collection takes inserts only, and the `_id` is what tells a repeat; with the others a ledger in MongoDB does.',
  }),
  idType: Type.Enum(['uuid', 'string', 'objectId', 'int', 'long'], {
    default: 'uuid',
    description:
      'How the write id is stored as `_id` when a document has none, and how `{id}` in a path is read. With `int` and `long` no `_id` can be made: every document must bring its own.',
  }),
  types: Type.Record(
    Type.String(),
    Type.Enum(['decimal', 'date', 'objectId', 'uuid', 'long', 'int', 'double']),
    {
      description:
        'Types of fields by dotted path, such as `total: decimal`, so that plain JSON text becomes them. Arrays are passed through.',
      checkName: fieldPathProblem,
    },
  ),
});

const mongodbUri = Secret({
  pattern: '^mongodb(\\+srv)?://.',
  expected: 'a URI beginning with mongodb:// or mongodb+srv://',
  description:
    'Where MongoDB is: a replica set or mongos. `headrace up` starts one if none is named.',
});
const redisUri = Secret({
  pattern: '^rediss?://.',
  expected: 'a URI beginning with redis:// or rediss://',
  description:
    'Where Redis is; `rediss://` uses TLS. With `sentinels` its host and port are not used, only user, password and database number.',
});

const mongodb = {
  database: Type.String({
    default: 'headrace',
    pattern: '^(?!(?:admin|config|local)$)[A-Za-z0-9_-]{1,63}$',
    expected: 'a database name of letters, digits, - and _, and none of admin, config, local',
    description: "Headrace's own database: deployment secret, dead letters, ledger.",
  }),
  maxPoolSize: Type.Integer({
    default: 64,
    minimum: 2,
    maximum: 4096,
    description: 'Most connections a process opens to each server.',
  }),
};
/** Begins every name in Redis unless the configuration says otherwise. */
export const REDIS_PREFIX = 'hr';

const EXPECTED_PEM = 'the text of a PEM file';

const redisTls = Type.Object(
  {
    ca: Type.Optional(
      Secret({
        expected: EXPECTED_PEM,
        description:
          "Certificates of those who may sign Redis' certificate. Unset, the system's own are asked.",
      }),
    ),
    cert: Type.Optional(
      Secret({
        expected: EXPECTED_PEM,
        description: 'Our own certificate, where Redis asks for one; with `key`.',
      }),
    ),
    key: Type.Optional(
      Secret({ expected: EXPECTED_PEM, description: 'The private key of `cert`.' }),
    ),
  },
  { description: 'TLS to Redis and its sentinels, beside what `rediss://` does by itself.' },
);

const redis = {
  prefix: Type.String({
    default: REDIS_PREFIX,
    pattern: '^[A-Za-z0-9_.-]{1,64}$',
    expected: 'up to 64 letters, digits and . - _',
    description: 'Begins every name Headrace uses in Redis.',
  }),
  declaredFsync: Type.Optional(
    Type.Enum(['always', 'everysec', 'no'], {
      description:
        'The fsync policy of the append-only file, for a Redis that does not answer `CONFIG GET`. Receipts repeat it, so it must be true. Unset, they say `unknown` there.',
    }),
  ),
  sentinels: Type.Optional(
    addressListSetting(
      'Sentinels to ask which server is the master now; asked again after every loss of the connection. With `masterName`.',
    ),
  ),
  masterName: Type.Optional(
    Type.String({ minLength: 1, description: 'The name the sentinels know the master under.' }),
  ),
  sentinelUsername: Type.Optional(
    Type.String({
      minLength: 1,
      description: 'ACL user of the sentinels themselves. With `sentinelPassword`.',
    }),
  ),
  sentinelPassword: Type.Optional(
    Secret({ expected: 'a text', description: 'Password of the sentinels themselves.' }),
  ),
  tls: Type.Optional(redisTls),
  minReplicas: Type.Integer({
    default: 0,
    minimum: 0,
    maximum: 16,
    description:
      'Replicas of Redis that must hold a queued write before it is answered (`WAIT`). With fewer it answers 504 `below-tier`, though it is queued.',
  }),
};

const listeners = {
  listen: addressSetting('127.0.0.1:8080', 'Where the API is served. Port 0 takes a free one.'),
  adminListen: addressSetting(
    '127.0.0.1:8081',
    'Where the gateway serves metrics and health; not for callers.',
  ),
  workerListen: addressSetting(
    '127.0.0.1:8082',
    'Where a separate worker process serves metrics and health.',
  ),
};

const settings = {
  collections: Type.Record(Type.String(), collection, {
    description:
      'The collections that take writes, by `database.collection`; a write to any other is refused.',
    checkName: namespaceProblem,
  }),
  tiers: Type.Object({
    allowLower: Type.Boolean({
      default: false,
      description:
        'Lets balanced mean less where the replica set has too few members; every receipt then says so. Otherwise such a write answers 503 `tier-unsatisfiable`.',
    }),
  }),
  buffer: Type.Object({
    partitions: Type.Integer({
      default: 16,
      minimum: 1,
      maximum: 256,
      description:
        'Streams the buffered lane is divided into. Stored in Redis at first use; another number refuses to start.',
    }),
    maxEntries: Type.Integer({
      default: 250_000,
      minimum: 1,
      maximum: 100_000_000,
      description: 'Writes that may wait in one partition; over it new ones get 503.',
    }),
  }),
  limits: Type.Object({
    inFlightBytes: sizeSetting(
      '64MiB',
      'Bytes of writes a gateway holds between accept and send; over it new ones get 503.',
    ),
    requestBytes: sizeSetting('32MiB', 'Longest request body of one document; over it 413.'),
  }),
  log: Type.Object({
    level: Type.Enum(['silent', 'error', 'warn', 'info', 'debug'], {
      default: 'info',
      description: 'The least that is logged.',
    }),
  }),
};

const REDIS_DESCRIPTION =
  'The buffered lane. Leave the section out to go without: `eventual` is then refused.';

/** The configuration of a process that is told where its servers are. */
export const configurationSchema = Type.Object({
  ...listeners,
  mongodb: Type.Object({ uri: mongodbUri, ...mongodb }),
  redis: Type.Optional(
    Type.Object({ uri: redisUri, ...redis }, { description: REDIS_DESCRIPTION }),
  ),
  ...settings,
});

/** The same where servers that are not named may be found: nothing else differs. */
export const draftSchema = Type.Object({
  ...listeners,
  mongodb: Type.Object({ uri: Type.Optional(mongodbUri), ...mongodb }),
  redis: Type.Optional(
    Type.Object({ uri: Type.Optional(redisUri), ...redis }, { description: REDIS_DESCRIPTION }),
  ),
  ...settings,
});
