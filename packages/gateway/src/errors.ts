import { defineErrors } from '@headrace/base';

/** Every error of the gateway package. */
export const gatewayErrors = defineErrors({
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
});
