import type { HeadraceError } from '@headrace/base';
import { writerErrors, type Write } from '@headrace/writer';
import { claimState, type FinalClaimState } from '../append/claim-port.ts';
import { gatewayErrors } from '../errors.ts';
import type { QueuedWrite } from './queued-write.ts';

/** How long an idempotency key, and with it the ledger, is relied on (protocol A13). */
export const windowMs = 24 * 3_600_000;

/** The final state the ledger has of exactly this write; undefined when there is more to do. */
export function finalStateIn({ found, frame }: QueuedWrite): FinalClaimState | undefined {
  if (found === undefined || !frame.fingerprint.equals(found.fp.buffer)) return undefined;
  switch (found.st) {
    case 'done':
      return claimState.applied;
    case 'dead':
      return claimState.dead;
    // Nobody waits for the refusal: it has to become a dead letter yet.
    case 'rejected':
      return undefined;
  }
}

/**
 * Why a write that may have been sent before must not be sent any more: its write id stands for
 * another content, it was refused then, or nothing would tell whether it was applied. In an
 * insert-only collection the `_id` decides, and the ledger says nothing of it.
 */
export function doomOf(
  { entry, found, frame }: QueuedWrite,
  write: Write,
  nowEpochMs: number,
): HeadraceError | undefined {
  if (!write.ledgered) return undefined;
  const { writeId } = write;
  if (found !== undefined) {
    if (!frame.fingerprint.equals(found.fp.buffer)) {
      return writerErrors.create('key-reused', { writeId });
    }
    return writerErrors.create(
      found.r.code === 'condition-failed' ? 'condition-failed' : 'document-absent',
    );
  }
  return entry.suspect && nowEpochMs - frame.acceptedAtEpochMs > windowMs
    ? gatewayErrors.create('too-old-to-be-sure', {})
    : undefined;
}
