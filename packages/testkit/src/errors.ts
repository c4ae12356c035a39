import { defineErrors } from '@headrace/base';

/** Seen in failing tests only. */
export const testkitErrors = defineErrors({
  'condition-not-met': {
    text: 'Waited {waitedMs} ms in vain for: {what}',
    retry: 'never',
    status: 500,
  },
  'stand-in-limit': {
    text: 'This is the stand-in for mongos of the testkit: {what}.',
    retry: 'never',
    status: 500,
  },
  'shard-lost': {
    text: 'The stand-in for mongos has lost the server of a shard.',
    retry: 'never',
    status: 500,
  },
});
