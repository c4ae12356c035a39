import { defineErrors } from './errors/error-table.ts';

/** What can go wrong before and after the work itself: configuring and stopping. */
export const baseErrors = defineErrors({
  'bad-configuration': {
    text: '{source} is not valid:\n{list}',
    retry: 'never',
    status: 500,
  },
  'stop-incomplete': {
    text: 'Not stopped cleanly: {parts}. Everything else was stopped; the cause says why these were not.',
    retry: 'never',
    status: 500,
  },
});
