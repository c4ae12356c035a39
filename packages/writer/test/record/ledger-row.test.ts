import { Binary, BSON, UUID } from 'bson';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ChangeResult, Operation } from '../../src/gather/write-port.ts';
import { ledgerRow } from '../../src/record/ledger-row-port.ts';
import type { Fate } from '../../src/record/recorded-outcome-port.ts';
import { someWrite } from '../gather/some-write.ts';

const text = fc.string({ unit: 'grapheme', maxLength: 20 });
const result = fc.record<ChangeResult>({
  matched: fc.constantFrom(0, 1),
  modified: fc.constantFrom(0, 1, undefined),
  upserted: fc.boolean(),
});
const fate: fc.Arbitrary<Fate> = fc.oneof(
  fc.record({ state: fc.constant('done'), result: fc.option(result, { nil: undefined }) }),
  fc.record({
    state: fc.constant('rejected'),
    code: fc.constantFrom('document-absent', 'condition-failed'),
  }),
);
const doneCodes = { insert: 'inserted', replace: 'replaced', patch: 'patched', delete: 'deleted' };

function recorded(op: Operation, end: Fate): Record<string, unknown> {
  if (end.state === 'rejected') return { code: end.code, n: 0 };
  if (end.result === undefined) return { code: doneCodes[op], n: 0 };
  if (end.result.upserted) return { code: 'upserted', n: 0 };
  const { matched, modified } = end.result;
  return { code: doneCodes[op], n: matched, ...(modified !== undefined && { m: modified }) };
}

test('a row is what the BSON library makes of it, byte by byte', () => {
  const parts = fc.record({
    ...{ tenant: text, namespace: text, canonicalId: text },
    op: fc.constantFrom<Operation>('insert', 'replace', 'patch', 'delete'),
    writeId: fc.uuid(),
    fingerprint: fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes)),
    sid: fc.option(text, { nil: undefined }),
  });
  const at = fc.date({ noInvalidDate: true });
  fc.assert(
    fc.property(parts, fate, at, (changed, end, time) => {
      const write = someWrite(changed);
      const expected = BSON.serialize({
        _id: new UUID(write.writeId),
        tenant: write.tenant,
        fp: new Binary(write.fingerprint),
        ns: write.namespace,
        doc: write.canonicalId,
        op: write.op,
        st: end.state,
        r: recorded(write.op, end),
        ...(write.sid !== undefined && { sid: write.sid }),
        at: time,
      });
      expect(Buffer.from(ledgerRow(write, end, time.getTime()))).toEqual(Buffer.from(expected));
    }),
  );
});
