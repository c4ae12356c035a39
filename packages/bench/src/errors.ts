import { defineErrors } from '@headrace/base';

/** What can stop a benchmark. It is a command, so the status never reaches a caller. */
export const benchErrors = defineErrors({
  'command-line-wrong': {
    text: '{problem}\nRun with --help to see the options.',
    retry: 'never',
    status: 400,
  },
  'no-wrk': {
    text: 'wrk makes the load, and it is not on this machine: {reason}. Install it: {fix}.',
    retry: 'never',
    status: 500,
  },
  'not-on-disk': {
    text: '{folder} lies in memory, so an fsync there costs nothing and no figure would be true. Set TMPDIR to a folder on a disk.',
    retry: 'never',
    status: 500,
  },
  'program-failed': {
    text: '{what} failed ({ending}). What it said:\n{output}',
    retry: 'never',
    status: 500,
  },
  'count-mismatch': {
    text: '{what}: {answered} writes were acknowledged and {stored} documents are stored; at most {open} more could have been under way. Nothing of this run counts.',
    retry: 'never',
    status: 500,
  },
  'documents-differ': {
    text: '{what} stored order {orderId} in another way than the case it is compared with, field {field}: {found} instead of {expected}. Nothing can be compared.',
    retry: 'never',
    status: 500,
  },
  'not-all-stored': {
    text: '{what}: {sent} documents were sent, the server inserted {inserted} and {stored} are stored.',
    retry: 'never',
    status: 500,
  },
  'no-raw-path': {
    text: 'The raw insert path does not work with this driver and server: there is nothing to compare.',
    retry: 'never',
    status: 500,
  },
  'sample-refused': {
    text: '{what} answered a sample order with {status}: {answer}',
    retry: 'never',
    status: 500,
  },
  'process-ended': {
    text: 'The process of {part} ({pid}) ended in the middle of a measurement.',
    retry: 'never',
    status: 500,
  },
  'wait-too-long': {
    text: 'Gave up waiting until {what} after {seconds} s.',
    retry: 'later',
    status: 504,
  },
  interrupted: { text: 'Stopped by {signal}.', retry: 'later', status: 500 },
});
