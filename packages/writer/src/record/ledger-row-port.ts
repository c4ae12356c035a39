import { BINARY, DATE, DOCUMENT, INT32, STRING, UUID_SUBTYPE } from '../encode/bson-port.ts';
import type { Operation, Write } from '../gather/write-port.ts';
import type { LedgerResult } from './ledger-port.ts';
import type { Fate } from './recorded-outcome-port.ts';

const GENERIC_SUBTYPE = 0;
/** What a row has beside its texts, rounded up: lengths, types, names, numbers. */
const fixedBytes = 256;
/** The longest character in UTF-8, in bytes for each unit of UTF-16. */
const bytesPerUnit = 3;

const doneCodes: Readonly<Record<Operation, string>> = {
  insert: 'inserted',
  replace: 'replaced',
  patch: 'patched',
  delete: 'deleted',
};

/**
 * The ledger row (`LedgerRow`) of a write that ends so, as BSON. One is written for every recorded
 * write, so it is put together in place instead of from an object.
 * @param atEpochMs milliseconds since 1970
 */
export function ledgerRow(write: Write, fate: Fate, atEpochMs: number): Uint8Array {
  const { writeId, tenant, fingerprint, namespace, canonicalId, op, sid } = write;
  const units = tenant.length + namespace.length + canonicalId.length + (sid?.length ?? 0);
  const out = new RowBytes(fixedBytes + fingerprint.length + units * bytesPerUnit);
  const row = out.begin();
  out.binary('_id', UUID_SUBTYPE, Buffer.from(writeId.replaceAll('-', ''), 'hex'));
  out.text('tenant', tenant);
  out.binary('fp', GENERIC_SUBTYPE, fingerprint);
  out.text('ns', namespace);
  out.text('doc', canonicalId);
  out.text('op', op);
  out.text('st', fate.state);
  const { code, n, m } = resultOf(op, fate);
  out.name(DOCUMENT, 'r');
  const result = out.begin();
  out.text('code', code);
  out.int32('n', n);
  if (m !== undefined) out.int32('m', m);
  out.end(result);
  if (sid !== undefined) out.text('sid', sid);
  out.date('at', atEpochMs);
  out.end(row);
  return out.written;
}

function resultOf(op: Operation, fate: Fate): LedgerResult {
  if (fate.state === 'rejected') return { code: fate.code, n: 0 };
  const { result } = fate;
  if (result === undefined) return { code: doneCodes[op], n: 0 };
  if (result.upserted) return { code: 'upserted', n: 0 };
  const { matched, modified } = result;
  return { code: doneCodes[op], n: matched, ...(modified !== undefined && { m: modified }) };
}

/** Writes BSON elements one behind the other; the names are plain ASCII. */
class RowBytes {
  readonly #out: Buffer;
  #at = 0;

  constructor(maxBytes: number) {
    this.#out = Buffer.allocUnsafe(maxBytes);
  }

  get written(): Uint8Array {
    return this.#out.subarray(0, this.#at);
  }

  /** @returns where the document begins, for `end` */
  begin(): number {
    this.#at += 4;
    return this.#at - 4;
  }

  end(start: number): void {
    this.#out[this.#at] = 0;
    this.#at += 1;
    this.#out.writeInt32LE(this.#at - start, start);
  }

  name(elementType: number, name: string): void {
    this.#out[this.#at] = elementType;
    this.#at += 1;
    for (let i = 0; i < name.length; i += 1) this.#out[this.#at + i] = name.charCodeAt(i);
    this.#out[this.#at + name.length] = 0;
    this.#at += name.length + 1;
  }

  text(name: string, value: string): void {
    this.name(STRING, name);
    const bytes = this.#out.write(value, this.#at + 4);
    this.#at = this.#out.writeInt32LE(bytes + 1, this.#at) + bytes;
    this.#out[this.#at] = 0;
    this.#at += 1;
  }

  binary(name: string, kind: number, value: Uint8Array): void {
    this.name(BINARY, name);
    this.#at = this.#out.writeInt32LE(value.length, this.#at);
    this.#out[this.#at] = kind;
    this.#out.set(value, this.#at + 1);
    this.#at += 1 + value.length;
  }

  int32(name: string, value: number): void {
    this.name(INT32, name);
    this.#at = this.#out.writeInt32LE(value, this.#at);
  }

  date(name: string, epochMs: number): void {
    this.name(DATE, name);
    const high = Math.floor(epochMs / 2 ** 32);
    this.#at = this.#out.writeUInt32LE(epochMs - high * 2 ** 32, this.#at);
    this.#at = this.#out.writeInt32LE(high, this.#at);
  }
}
