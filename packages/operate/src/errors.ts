import { defineErrors } from '@headrace/base';

/** What can go wrong while a configuration is written from a live server. */
export const operateErrors = defineErrors({
  'configuration-exists': {
    text: '{path} is there already. Name another file with --out, or overwrite it with --force.',
    retry: 'never',
    status: 409,
  },
  'server-unreadable': {
    text: 'The MongoDB server can not be read: {reason}. {fix}.',
    retry: 'later',
    status: 503,
  },
});
