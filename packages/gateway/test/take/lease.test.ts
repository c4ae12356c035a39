import { describe, expect, it } from 'vitest';
import { Lease, leaseTimes } from '../../src/take/lease.ts';

function leaseAt(): { lease: Lease; pass: (ms: number) => void } {
  let nowMs = 1_000;
  const clock = { monotonicMs: () => nowMs, epochMs: () => 0 };
  const lease = new Lease(clock, leaseTimes, nowMs);
  return { lease, pass: (ms) => (nowMs += ms) };
}

describe('a lease', () => {
  it('lets its owner read for seven seconds after it was sent for, less than Redis keeps it', () => {
    const { lease, pass } = leaseAt();
    pass(6_999);
    expect(lease.mayRead).toBe(true);
    pass(1);
    expect(lease.mayRead).toBe(false);
    expect(leaseTimes.readForMs).toBeLessThan(leaseTimes.holdMs);
  });

  it('is prolonged from the moment the renewal was sent, not from its answer', () => {
    const { lease, pass } = leaseAt();
    pass(3_000);
    expect(lease.needsRenewal).toBe(true);
    lease.renewed(2_000);
    pass(4_999);
    expect(lease.mayRead).toBe(true);
    pass(1);
    expect(lease.mayRead).toBe(false);
  });

  it('is not shortened by a renewal that was sent earlier and answered later', () => {
    const { lease, pass } = leaseAt();
    lease.renewed(3_000);
    lease.renewed(2_000);
    pass(8_999);
    expect(lease.mayRead).toBe(true);
  });
});
