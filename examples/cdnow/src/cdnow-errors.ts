import { defineErrors } from '@headrace/base';

/** What can go wrong in the demo. It is a command, so the status never reaches a caller. */
export const cdnowErrors = defineErrors({
  'orders-file-malformed': {
    text: 'The orders file, line {fileLine} (order {line}): {problem}. Found {found}. Restore the file as it was published.',
    retry: 'never',
    status: 400,
  },
  'command-line-wrong': {
    text: '{problem}\nRun with --help to see the options.',
    retry: 'never',
    status: 400,
  },
  'write-refused': {
    text: 'The gateway refused {what}: {status} {answer}',
    retry: 'never',
    status: 502,
  },
  'replay-gave-up': {
    text: 'Gave up on {what} after {seconds} s without an answer that settles it. Last seen: {last}',
    retry: 'later',
    status: 504,
  },
  'answer-unreadable': {
    text: 'The gateway answered {what} in a way the replay does not know: {found}',
    retry: 'never',
    status: 502,
  },
  'no-answer': { text: 'No answer within {seconds} s.', retry: 'same-key-only', status: 504 },
  'gateway-keeps-ending': {
    text: 'The gateway has ended {times} times, now {how}. Its last lines:\n{logTail}',
    retry: 'never',
    status: 500,
  },
  interrupted: { text: 'Stopped by {signal}.', retry: 'later', status: 500 },
});
