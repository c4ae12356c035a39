import type { Retry } from '@headrace/base';

/** How a server error code is to be taken. */
export interface CodeMeaning {
  readonly retry: Retry;
  /** Whether the server is certain to have stored nothing of the write it names. */
  readonly stored: 'no' | 'maybe';
}

/**
 * What a code says of the one write it names (in `writeErrors`), or of the whole command. Codes
 * that are not listed count as `never` for a write and `maybe stored` for a command.
 *
 * A wrong `never` gives a good write up: a 422, or a dead letter, for what a minute's patience
 * would have stored. A wrong `later` sends a hopeless write again until its deadline, which costs
 * time and load but loses nothing. A wrong `no` tells a caller "not written" of a write that may
 * appear later; a wrong `maybe` costs a 504 where a 503 would have done. Doubt therefore goes to
 * `later` and `maybe`.
 *
 * Source: MongoDB's error_codes.yml and the retryable-writes specification.
 */
const meanings = new Map<number, CodeMeaning>([
  [6, { retry: 'later', stored: 'maybe' }], // HostUnreachable
  [7, { retry: 'later', stored: 'maybe' }], // HostNotFound
  [24, { retry: 'later', stored: 'no' }], // LockTimeout
  [50, { retry: 'later', stored: 'maybe' }], // MaxTimeMSExpired
  [63, { retry: 'after-refresh', stored: 'no' }], // StaleShardVersion
  [84, { retry: 'later', stored: 'maybe' }], // RemoteChangeDetected
  [89, { retry: 'later', stored: 'maybe' }], // NetworkTimeout
  [91, { retry: 'later', stored: 'maybe' }], // ShutdownInProgress
  [112, { retry: 'later', stored: 'no' }], // WriteConflict
  [117, { retry: 'later', stored: 'no' }], // ConflictingOperationInProgress
  [134, { retry: 'later', stored: 'no' }], // ReadConcernMajorityNotAvailableYet
  [146, { retry: 'later', stored: 'no' }], // ExceededMemoryLimit
  [150, { retry: 'after-refresh', stored: 'no' }], // StaleEpoch
  [189, { retry: 'later', stored: 'maybe' }], // PrimarySteppedDown
  [202, { retry: 'later', stored: 'maybe' }], // NetworkInterfaceExceededTimeLimit
  [225, { retry: 'same-key-only', stored: 'maybe' }], // TransactionTooOld
  [262, { retry: 'later', stored: 'maybe' }], // ExceededTimeLimit
  [308, { retry: 'later', stored: 'maybe' }], // TemporarilyUnavailable
  [9001, { retry: 'later', stored: 'maybe' }], // SocketException
  [10107, { retry: 'later', stored: 'no' }], // NotWritablePrimary
  [11600, { retry: 'later', stored: 'maybe' }], // InterruptedAtShutdown
  [11601, { retry: 'later', stored: 'maybe' }], // Interrupted
  [11602, { retry: 'later', stored: 'maybe' }], // InterruptedDueToReplStateChange
  [13388, { retry: 'after-refresh', stored: 'no' }], // StaleConfig
  [13435, { retry: 'later', stored: 'no' }], // NotPrimaryNoSecondaryOk
  [13436, { retry: 'later', stored: 'no' }], // NotPrimaryOrSecondary
  [14031, { retry: 'later', stored: 'no' }], // OutOfDiskSpace
]);

/**
 * Codes with which a server refuses a whole command for good, before storing any of it, and whose
 * fault it may be: that of one `document` of it, or of the `command`, whatever documents it has.
 */
const commandRefusals = new Map<number, 'document' | 'command'>([
  [2, 'document'], // BadValue
  [9, 'document'], // FailedToParse
  [13, 'command'], // Unauthorized
  [14, 'document'], // TypeMismatch
  [18, 'command'], // AuthenticationFailed
  [20, 'command'], // IllegalOperation
  [59, 'command'], // CommandNotFound
  [72, 'command'], // InvalidOptions
  [73, 'command'], // InvalidNamespace
  [166, 'command'], // CommandNotSupportedOnView
  [257, 'document'], // TransactionTooLarge
  [388, 'document'], // TransactionTooLargeForCache
  [10334, 'document'], // BSONObjectTooLarge
  [17280, 'document'], // KeyTooLong
]);

/**
 * The server can't hold so large a transaction, now or later: what is alone in it will never fit.
 * Were they taken for a moment's trouble, a buffered write would be sent again for ever.
 */
const tooLargeTogether = new Set([257, 388]);

/** Whether the server refuses a transaction for its size. */
export function isTransactionTooLarge(code: number): boolean {
  return tooLargeTogether.has(code);
}

/** @returns how to take a code in `writeErrors` */
export function meaningOfWriteCode(code: number): CodeMeaning {
  return meanings.get(code) ?? { retry: 'never', stored: 'no' };
}

/**
 * @returns what made the server refuse a whole command before storing any of it; undefined when
 * the code does not say that it did
 */
export function faultOfRefusal(code: number): 'document' | 'command' | undefined {
  return commandRefusals.get(code);
}
