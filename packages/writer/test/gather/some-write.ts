import { PendingWrite } from '../../src/gather/pending-write-port.ts';
import type { Settle, Verdict, Write } from '../../src/gather/write-port.ts';

let made = 0;

/** A write as the lanes see it; only what a test is about needs to be said. */
export function someWrite(parts: Partial<Write> = {}): Write {
  made += 1;
  return {
    op: 'insert',
    upsert: false,
    ledgered: false,
    suspect: false,
    sid: undefined,
    id: { type: 16, value: new Uint8Array(4) },
    tenant: 'default',
    namespace: 'shop.orders',
    tier: 'strong',
    writeId: `write ${made}`,
    keyed: false,
    idOrigin: 'caller',
    canonicalId: `n${made}`,
    document: new Uint8Array(10),
    fingerprint: Buffer.alloc(32),
    deadlineAtMs: 10_000,
    ...parts,
  };
}

export function somePending(parts: Partial<Write> = {}, settle: Settle = () => {}): PendingWrite {
  const write = someWrite(parts);
  return new PendingWrite(write, `${write.namespace}\0${write.canonicalId}`, settle);
}

/** Keeps the verdicts it is told, in order. */
export function verdictLog(): { readonly verdicts: Verdict[]; readonly settle: Settle } {
  const verdicts: Verdict[] = [];
  return { verdicts, settle: (verdict) => verdicts.push(verdict) };
}

/** A clock that stands until it is moved. */
export class StandingClock {
  nowMs = 0;
  monotonicMs(): number {
    return this.nowMs;
  }
  epochMs(): number {
    return this.nowMs;
  }
}
