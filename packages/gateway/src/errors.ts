import { defineErrors } from '@headrace/base';

/** Every error of the gateway package; what the writer refuses keeps the writer's own code. */
export const gatewayErrors = defineErrors({
  // accept: what is wrong with a request before anything of it is a write
  'bad-request': {
    text: 'The request can not be understood: {reason}. Send well-formed HTTP/1.1.',
    retry: 'never',
    status: 400,
  },
  'headers-too-large': {
    text: 'The request line and headers are larger than 16 KiB. Send less in them.',
    retry: 'never',
    status: 431,
  },
  'no-such-route': {
    text: 'There is nothing at {method} {path}. The page at /docs lists what there is.',
    retry: 'never',
    status: 404,
  },
  'unsupported-content-type': {
    text: 'A body of type {contentType} is not accepted here. Send {accepted}.',
    retry: 'never',
    status: 415,
  },
  'unsupported-content-encoding': {
    text: 'A body with Content-Encoding {contentEncoding} is not accepted. Send it as it is.',
    retry: 'never',
    status: 415,
  },
  'bad-operation': {
    text: 'The line is no operation: {reason}.',
    retry: 'never',
    status: 400,
  },
  'empty-body': {
    text: 'The request has no body. Send one document.',
    retry: 'never',
    status: 400,
  },
  'body-too-large': {
    text: 'The text is larger than {maxBytes} bytes. Split it, or send it as BSON.',
    retry: 'never',
    status: 413,
  },
  'body-too-slow': {
    text: 'The request did not arrive within {withinMs} ms. Nothing was written; send it again.',
    retry: 'later',
    status: 408,
  },
  'unknown-tier': {
    text: '{tier} is no tier. Set x-consistency to eventual, balanced or strong.',
    retry: 'never',
    status: 400,
  },
  'bad-idempotency-key': {
    text: 'The idempotency key can not be used: {reason}.',
    retry: 'never',
    status: 400,
  },
  'bad-deadline': {
    text: 'x-deadline-ms is a whole number of milliseconds from 1 to 600000.',
    retry: 'never',
    status: 400,
  },
  'bad-namespace': {
    text: 'The namespace can not be used: {reason}.',
    retry: 'never',
    status: 400,
  },
  'system-namespace': {
    text: '{namespace} belongs to the server or to Headrace itself. Choose another one.',
    retry: 'never',
    status: 403,
  },
  'bad-query': {
    text: 'The query parameter {parameter} can not be used: {reason}.',
    retry: 'never',
    status: 400,
  },
  'bad-write-id': {
    text: 'A write id is a UUID as the receipt gives it.',
    retry: 'never',
    status: 400,
  },
  'bad-replay': {
    text: 'What to replay can not be read: {reason}.',
    retry: 'never',
    status: 400,
  },
  'not-found': {
    text: 'There is no document with this _id in {namespace}.',
    retry: 'never',
    status: 404,
  },
  'write-unknown': {
    text: 'Nothing is known of this write. It may never have arrived, or be older than what is kept.',
    retry: 'never',
    status: 404,
  },
  'read-failed': {
    text: 'The database could not be asked. Try again.',
    retry: 'later',
    status: 503,
  },
  'internal-error': {
    text: 'Something unexpected went wrong; the log tells more under the request id. Send a write again only under the same idempotency key.',
    retry: 'same-key-only',
    status: 500,
  },

  // The buffered lane: append/, take/, apply/, settle/.
  'buffer-unavailable': {
    text: 'Redis can not be reached, so nothing can be queued. Nothing was written; send it again later, or ask for the tier strong.',
    retry: 'later',
    status: 503,
  },
  'buffer-full': {
    text: 'Redis has no memory left for another write. Nothing was written; send it again later.',
    retry: 'later',
    status: 503,
  },
  'backlog-full': {
    text: 'As many writes as allowed ({maxEntries}) wait in this partition already. Nothing was written; send it again later.',
    retry: 'later',
    status: 503,
  },
  repartitioned: {
    text: 'The partitions of the buffer were laid out anew. Nothing was written; send it again.',
    retry: 'later',
    status: 503,
  },
  'buffer-refused': {
    text: 'Redis refuses the write ({reply}). Nothing was written; send it again later.',
    retry: 'later',
    status: 503,
  },
  'partitions-differ': {
    text: 'Redis holds {stored} partitions under the prefix {prefix} and `buffer.partitions` says {configured}. Set it to {stored}.',
    retry: 'never',
    status: 500,
  },
  'eviction-allowed': {
    text: 'Redis may evict queued writes: its maxmemory-policy is {policy}. Set it to noeviction.',
    retry: 'never',
    status: 500,
  },
  'redis-refused': {
    text: 'Redis answers {reply}',
    retry: 'later',
    status: 503,
  },
  'redis-lost': {
    text: 'The answer of Redis is missing.',
    retry: 'same-key-only',
    status: 503,
  },
  'frame-unreadable': {
    text: 'A queued write can not be read: {reason}.',
    retry: 'never',
    status: 500,
  },
  'kills-its-worker': {
    text: 'Two workers ended while they ran this write with nothing else in hand, before it had a verdict. It was not tried again.',
    retry: 'never',
    status: 500,
  },
  'too-old-to-be-sure': {
    text: 'The write may have been sent before, by a worker that ended, and is older than the record that would tell. It was not sent again; look at its document, then replay or discard it.',
    retry: 'never',
    status: 500,
  },
  // Processes.
  'worker-without-redis': {
    text: 'A worker applies what is queued in Redis, and no `redis` is configured. Add it, or run the gateway alone.',
    retry: 'never',
    status: 500,
  },
  'dead-letter-unknown': {
    text: 'There is no dead letter {id}. List them with `headrace dead-letters list`.',
    retry: 'never',
    status: 404,
  },
});
