/**
 * A claim is what Redis knows of a write id: one letter of state, the fingerprint (32 bytes, zeros
 * without an idempotency key), the tenant. It has no expiry while the write is queued. Afterwards it
 * keeps the final state for a while, or is deleted: that of an applied keyless write whose `_id` was
 * made, as its document tells (docs/decisions/0011).
 */
export const claimState = { queued: 'q', applied: 'a', dead: 'd' } as const;

export type FinalClaimState = typeof claimState.applied | typeof claimState.dead;

export interface Claim {
  readonly state: string;
  readonly fingerprint: Buffer;
  readonly tenant: string;
}

/** How long a claim that is kept outlives its write, in milliseconds (protocol B7). */
export const claimKeptKeyedMs = 900_000;
export const claimKeptKeylessMs = 60_000;

const fingerprintEnd = 33;

export function readClaim(bytes: Buffer): Claim {
  return {
    state: bytes.toString('latin1', 0, 1),
    fingerprint: bytes.subarray(1, fingerprintEnd),
    tenant: bytes.toString('utf8', fingerprintEnd),
  };
}
