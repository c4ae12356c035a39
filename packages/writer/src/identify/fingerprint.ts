import { createHash } from 'node:crypto';

/**
 * SHA-256 of operation, target and BSON; the tier is left out, so that a retry at a higher tier
 * is the same write. The `_id` stands in the BSON and needs no part of its own.
 * @returns 32 bytes
 */
export function fingerprintOf(operation: string, namespace: string, document: Uint8Array): Buffer {
  return createHash('sha256').update(`${operation}\0${namespace}\0`).update(document).digest();
}
