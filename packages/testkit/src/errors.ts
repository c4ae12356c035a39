import { defineErrors } from '@headrace/base';

/** Seen in failing tests only. */
export const testkitErrors = defineErrors({
  'condition-not-met': {
    text: 'Waited {waitedMs} ms in vain for: {what}',
    retry: 'never',
    status: 500,
  },
});
