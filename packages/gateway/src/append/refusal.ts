import type { HeadraceError } from '@headrace/base';
import { gatewayErrors } from '../errors.ts';

/** How soon it makes sense to try again, in milliseconds. */
const shortlyMs = 500;
const whenDrainedMs = 2_000;

/** What the caller is told when Redis refused an append on its first try: nothing was written. */
export function refusalOf(cause: HeadraceError, maxEntries: number): HeadraceError {
  switch (cause.details['code']) {
    case 'OOM':
      return gatewayErrors.create('buffer-full', { retryAfterMs: whenDrainedMs }, cause);
    case 'BACKLOG':
      return gatewayErrors.create(
        'backlog-full',
        { retryAfterMs: whenDrainedMs, maxEntries },
        cause,
      );
    case 'REPARTITIONED':
      return gatewayErrors.create('repartitioned', { retryAfterMs: shortlyMs }, cause);
    default:
      return gatewayErrors.create(
        'buffer-refused',
        { retryAfterMs: shortlyMs, reply: cause.details['code'] },
        cause,
      );
  }
}

/** The answer while Redis can not be reached and the write was never sent. */
export function unavailable(): HeadraceError {
  return gatewayErrors.create('buffer-unavailable', { retryAfterMs: shortlyMs });
}
