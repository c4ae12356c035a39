import { defineErrors } from '@headrace/base';

/** Everything that can stop a developer machine from having its servers. */
export const localServerErrors = defineErrors({
  'no-mongodb-program': {
    text:
      'No MongoDB server can be had on this machine. Tried:\n{tried}\n' +
      'Set MONGODB_URI to a replica set, or put mongod on PATH, or install cargo (https://rustup.rs), cmake and a C++ compiler.',
    retry: 'never',
    status: 500,
  },
  'no-redis-program': {
    text: 'No redis-server on this machine: {reason}. Set REDIS_URL, or install it: {fix}.',
    retry: 'never',
    status: 500,
  },
  'program-failed': {
    text: '{name} failed ({ending}). Its last lines:\n{logTail}',
    retry: 'never',
    status: 500,
  },
  'server-did-not-start': {
    text: '{name} did not come up ({ending}). Its last lines:\n{logTail}',
    retry: 'later',
    status: 500,
  },
  'replica-set-not-ready': {
    text: 'mongod at {uri} runs but did not become primary of its one-member set within {deadlineMs} ms.',
    retry: 'later',
    status: 500,
  },
  'lock-not-had': {
    text: '{path} is still held by process {owner} after {waitedMs} ms. If nothing is being installed, delete that file.',
    retry: 'later',
    status: 500,
  },
});
