import { defineErrors } from '@headrace/base';

/** Every error of the writer package. */
export const writerErrors = defineErrors({
  'bad-json': {
    text: 'The JSON can not be read at byte {offset}: {reason}. Send one object in strict JSON.',
    retry: 'never',
    status: 400,
  },
  'bad-encoding': {
    text: 'The text is not plain UTF-8 ({reason}). Send UTF-8 without a byte order mark.',
    retry: 'never',
    status: 400,
  },
  'bad-bson': {
    text: 'The BSON is not valid at byte {offset}: {reason}. Send one whole BSON document.',
    retry: 'never',
    status: 400,
  },
  'bad-object': {
    text: 'The object can not be written as BSON: {reason}. Send plain objects and BSON values.',
    retry: 'never',
    status: 400,
  },
  'too-deep': {
    text: 'The document nests deeper than {maxDepth} levels at byte {offset}. Store it flatter.',
    retry: 'never',
    status: 400,
  },
  'document-too-large': {
    text: 'The document takes {bytes} bytes or more as BSON, {maxBytes} are allowed. Split it.',
    retry: 'never',
    status: 413,
  },
  'bad-field-name': {
    text: 'The field {path} can not be stored: {reason}. Rename it.',
    retry: 'never',
    status: 400,
  },
  'bad-id': {
    text: 'The _id can not be used: {reason}.',
    retry: 'never',
    status: 400,
  },
  'number-out-of-range': {
    text: 'The number at {path} does not fit: {reason}.',
    retry: 'never',
    status: 400,
  },
  'bad-extended-json': {
    text: 'The Extended JSON at {path} is malformed: {reason}.',
    retry: 'never',
    status: 400,
  },
  'bad-typed-value': {
    text: 'The field {path} is declared as {type}: {reason}.',
    retry: 'never',
    status: 422,
  },
  'bad-type-declaration': {
    text: 'The declared types can not be used: {path}: {reason}.',
    retry: 'never',
    status: 400,
  },
  'bad-schema': {
    text: 'The schema can not be compiled at {path}: {reason}.',
    retry: 'never',
    status: 500,
  },
  'namespace-not-listed': {
    text: '{namespace} is not listed under `collections`, so nothing may be written to it. Add it there.',
    retry: 'never',
    status: 403,
  },
  'lane-not-configured': {
    text: 'The tier eventual takes the buffered lane, and none is configured. Ask for strong or balanced, or configure Redis.',
    retry: 'never',
    status: 400,
  },
  'tier-unsatisfiable': {
    text: 'The tier {tier} needs {needed} members that hold data and the set has {found}. Ask for strong, add members, or set `tiers.allowLower: true`.',
    retry: 'never',
    status: 503,
  },
  'mongodb-refuses-user': {
    text: 'MongoDB refuses the user of the URI: {reason}. Check user, password (percent-encoded) and authSource.',
    retry: 'never',
    status: 500,
  },
  'no-rights-on-records': {
    text: 'The MongoDB user {user} lacks the role readWrite on the database {database}, where Headrace keeps its records. Grant it: {grant} (on Atlas: under Database Access).',
    retry: 'never',
    status: 500,
  },
  'mongodb-not-reached': {
    text: 'MongoDB can not be reached: {reason}. Check hosts, replicaSet and TLS of the URI; headrace config check --connect tells more.',
    retry: 'later',
    status: 503,
  },
  'standalone-server': {
    text: 'The MongoDB server at {address} is a standalone. Start it as a replica set (one member will do): retryable writes and change streams need one.',
    retry: 'never',
    status: 500,
  },
  'bad-deployment': {
    text: 'The deployment record in {namespace} can not be read: {reason}. Restore it; keyed writes can not be recognised without its secret.',
    retry: 'never',
    status: 500,
  },
  'collation-not-offered': {
    text: '{namespace} has the collation {locale}: two texts can be one _id there, so writes to one document could not be told to be that. Use a collection with the simple collation, and name the collation in your queries or in an index.',
    retry: 'never',
    status: 500,
  },
  'shard-key-not-in-id': {
    text: '{namespace} takes inserts only and is sharded by {key}, which its _id does not determine, so one _id could be stored once on each shard and a repeat would not be noticed. Shard it by _id, or set `changes: direct` (or `buffered`) under `collections`.',
    retry: 'never',
    status: 500,
  },
  'bad-buckets': {
    text: 'The buckets of the sets can not be used: {reason}. Name each of 0 to 4095 once.',
    retry: 'never',
    status: 500,
  },
  'idempotency-key-running': {
    text: 'A write under this idempotency key is still under way. Send it again shortly for its result.',
    retry: 'later',
    status: 409,
  },
  'key-reused': {
    text: 'This idempotency key was used for other content. Take a new key for a new write.',
    retry: 'never',
    status: 422,
  },
  duplicate: {
    text: 'A document with the same value of the unique index {index} is there already.',
    retry: 'never',
    status: 409,
  },
  'document-refused': {
    text: "The collection's validator refuses the document: {reason}",
    retry: 'never',
    status: 422,
  },
  'refused-by-server': {
    text: 'The server refuses the write (code {serverCode}): {reason}',
    retry: 'never',
    status: 422,
  },
  'transaction-too-large': {
    text: 'The server can not hold this write and its ledger row in one transaction (code {serverCode}: {reason}). Make the document smaller, give the server more cache, or insert it without an idempotency key at strong or balanced.',
    retry: 'never',
    status: 413,
  },
  'collection-insert-only': {
    text: '{namespace} takes inserts only. To replace, patch and delete there, set `changes: direct` (or `buffered`) under `collections`.',
    retry: 'never',
    status: 400,
  },
  'lane-would-reorder': {
    text: 'Changes of {namespace} take the {lane} lane, so that none overtakes another; the tier {tier} takes the other. Leave x-consistency out, or change `changes:`.',
    retry: 'never',
    status: 400,
  },
  'idempotency-key-needed': {
    text: 'This change would do more when applied twice ($inc, $mul, $push). Send it with an Idempotency-Key.',
    retry: 'never',
    status: 400,
  },
  'bad-patch': {
    text: 'The update can not be used at {path}: {reason}.',
    retry: 'never',
    status: 400,
  },
  'bad-condition': {
    text: 'The condition can not be used at {path}: {reason}.',
    retry: 'never',
    status: 400,
  },
  'id-change': {
    text: 'The {path} given is not that of the document, and an _id never changes. Leave it out.',
    retry: 'never',
    status: 400,
  },
  'document-absent': {
    text: 'There is no document with this _id, so nothing was changed.',
    retry: 'never',
    status: 404,
  },
  'condition-failed': {
    text: 'The document does not fulfil the condition, so nothing was changed.',
    retry: 'never',
    status: 412,
  },
  'given-up-before': {
    text: 'This write was given up before ({reason}) and lies among the dead letters. Replay it from there, or send it under a new idempotency key.',
    retry: 'never',
    status: 422,
  },
  'no-permission': {
    text: 'The MongoDB user may not write to {namespace}. Grant it readWrite there.',
    retry: 'later',
    status: 503,
  },
  'document-busy': {
    text: 'Too many writes wait for this one document. Send it again later.',
    retry: 'later',
    status: 429,
  },
  'over-capacity': {
    text: 'As many bytes as allowed are in flight already. Nothing was written; send it again later.',
    retry: 'later',
    status: 503,
  },
  stopping: {
    text: 'This process is stopping. Nothing was written; send it again, to another process.',
    retry: 'later',
    status: 503,
  },
  'deadline-passed': {
    text: 'The deadline passed before the write could be sent. Nothing was written; send it again.',
    retry: 'later',
    status: 503,
  },
  'database-unavailable': {
    text: 'The database could not be reached before the deadline. Nothing was written; send it again.',
    retry: 'later',
    status: 503,
  },
  'outcome-unknown': {
    text: 'The write was sent and its answer is missing. Send it again only under the same idempotency key.',
    retry: 'same-key-only',
    status: 504,
  },
  'below-tier': {
    text: 'The write is stored, though not at the tier {tier} before the deadline: {reason}. Send it again under the same idempotency key to have it confirmed.',
    retry: 'same-key-only',
    status: 504,
  },
});
