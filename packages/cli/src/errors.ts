import { defineErrors } from '@headrace/base';

/** Wrong uses of the command that commander can not see by itself. */
export const cliErrors = defineErrors({
  'bad-usage': { text: '{problem} See headrace {verb} --help.', retry: 'never', status: 400 },
  'address-in-use': {
    text: 'Another program listens on {address}. Stop it, or set `listen`, `adminListen` or `workerListen` to a free address.',
    retry: 'never',
    status: 500,
  },
  'checks-failed': {
    text: '{failed} of {of} checks failed. Each names its fix.',
    retry: 'never',
    status: 500,
  },
  'dead-letters-left': {
    text: '{left} of {all} dead letters were not replayed; the lines above say why.',
    retry: 'never',
    status: 500,
  },
});
