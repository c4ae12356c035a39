import type { IdOrigin, Operation, Write } from '@headrace/writer';
import { gatewayErrors } from '../errors.ts';

/**
 * A frame is a write as it lies in a stream and in a dead letter. Little-endian:
 *
 *   0 version u8 | 1 operation u8 (1 insert, 2 replace, 3 patch, 4 delete)
 *   2 flags u8 (bit 0: keyed; bits 1-2: who chose the `_id`; bit 3: upsert)
 *   3 length of the namespace u16 | 5 accepted at, epoch milliseconds u48 | 11 write id, 16 bytes
 *   27 fingerprint, 32 bytes | 59 namespace, UTF-8 | `Write.document`, BSON to the end
 *
 * Version 1 knows inserts alone, so a worker of that time leaves what else there is to a newer one.
 */
const versionOfInserts = 1;
const versionOfChanges = 2;

/** By their number in a frame. */
const operations: readonly (Operation | undefined)[] = [
  undefined,
  'insert',
  'replace',
  'patch',
  'delete',
];
const origins: readonly IdOrigin[] = ['caller', 'derived', 'random'];
const at = {
  operation: 1,
  flags: 2,
  namespaceBytes: 3,
  accepted: 5,
  writeId: 11,
  print: 27,
  end: 59,
};
const flag = { keyed: 1, origin: 6, upsert: 8 };
const originShift = 1;
const knownFlags = flag.keyed | flag.origin | flag.upsert;
const smallestDocument = 5;

/** What a frame says of its write. */
export interface Frame {
  readonly op: Operation;
  readonly upsert: boolean;
  readonly keyed: boolean;
  readonly idOrigin: IdOrigin;
  readonly namespace: string;
  readonly writeId: string;
  readonly fingerprint: Buffer;
  readonly acceptedAtEpochMs: number;
  readonly document: Buffer;
}

export function frameBytes(write: Write): number {
  return at.end + Buffer.byteLength(write.namespace) + write.document.length;
}

/** Puts a write into `target`, which has exactly `frameBytes(write)` bytes. */
export function encodeFrame(write: Write, acceptedAtEpochMs: number, target: Buffer): void {
  const namespaceBytes = target.write(write.namespace, at.end);
  target[0] = write.op === 'insert' ? versionOfInserts : versionOfChanges;
  target[at.operation] = operations.indexOf(write.op);
  target[at.flags] =
    (write.keyed ? flag.keyed : 0) |
    (origins.indexOf(write.idOrigin) << originShift) |
    (write.upsert ? flag.upsert : 0);
  target.writeUInt16LE(namespaceBytes, at.namespaceBytes);
  target.writeUIntLE(acceptedAtEpochMs, at.accepted, 6);
  writeUuid(write.writeId, target, at.writeId);
  write.fingerprint.copy(target, at.print);
  target.set(write.document, at.end + namespaceBytes);
}

/**
 * Reads a frame. The parts share the memory of `bytes`.
 * @returns undefined for a version this process does not know: a newer worker has to take it
 * @throws HeadraceError `frame-unreadable`
 */
export function decodeFrame(bytes: Buffer): Frame | undefined {
  const version = bytes[0] as number;
  if (version !== versionOfInserts && version !== versionOfChanges) return undefined;
  if (bytes.length < at.end + smallestDocument) throw unreadable('it is cut short');
  const op = operations[bytes[at.operation] as number];
  if (op === undefined || (op === 'insert') !== (version === versionOfInserts)) {
    throw unreadable('its operation is not known');
  }
  const flags = bytes[at.flags] as number;
  const idOrigin = origins[(flags & flag.origin) >> originShift];
  const known = op === 'replace' || op === 'patch' ? knownFlags : knownFlags & ~flag.upsert;
  if (idOrigin === undefined || (flags & ~known) !== 0) throw unreadable('its flags are not known');
  const documentAt = at.end + bytes.readUInt16LE(at.namespaceBytes);
  const document = bytes.subarray(documentAt);
  if (document.length < smallestDocument || document.readUInt32LE(0) !== document.length) {
    throw unreadable('its document is cut short');
  }
  return {
    op,
    upsert: (flags & flag.upsert) !== 0,
    keyed: (flags & flag.keyed) !== 0,
    idOrigin,
    namespace: bytes.toString('utf8', at.end, documentAt),
    writeId: readUuid(bytes, at.writeId),
    fingerprint: bytes.subarray(at.print, at.end),
    acceptedAtEpochMs: bytes.readUIntLE(at.accepted, 6),
    document,
  };
}

/**
 * Whether the document says which write it is: nobody named its `_id`, and no key stands for it.
 * Such a write needs no claim once it is applied.
 */
export function isFoundByItsDocument(bytes: Buffer): boolean {
  const flags = bytes[at.flags] as number;
  return (flags & flag.keyed) === 0 && origins[(flags & flag.origin) >> originShift] === 'random';
}

const dash = 0x2d;

/** Digit by digit, as it is done for every queued write: '0' to '9' end in their value, so do a to f, less nine. */
function writeUuid(text: string, target: Buffer, offset: number): void {
  let half = 0;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code === dash) continue;
    const value = (code & 15) + (code > 0x40 ? 9 : 0);
    const at = offset + (half >> 1);
    target[at] = half % 2 === 0 ? value << 4 : (target[at] ?? 0) | value;
    half += 1;
  }
}

function readUuid(bytes: Buffer, offset: number): string {
  const hex = bytes.toString('hex', offset, offset + 16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

function unreadable(reason: string): Error {
  return gatewayErrors.create('frame-unreadable', { reason });
}
