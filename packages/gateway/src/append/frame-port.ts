import type { IdOrigin, Write } from '@headrace/writer';
import { gatewayErrors } from '../errors.ts';

/**
 * A frame is a write as it lies in a stream and in a dead letter. Version 1, little-endian:
 *
 *   0 version u8 | 1 operation u8 | 2 flags u8 (bit 0: keyed; bits 1-2: who chose the `_id`)
 *   3 length of the namespace u16 | 5 accepted at, epoch milliseconds u48 | 11 write id, 16 bytes
 *   27 fingerprint, 32 bytes | 59 namespace, UTF-8 | the document, BSON to the end
 */
export const frameVersion = 1;

const operationInsert = 1;
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
const smallestDocument = 5;

/** What a frame says of its write. */
export interface Frame {
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
  target[0] = frameVersion;
  target[at.operation] = operationInsert;
  target[at.flags] = (write.keyed ? 1 : 0) | (origins.indexOf(write.idOrigin) << 1);
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
  if (bytes[0] !== frameVersion) return undefined;
  if (bytes.length < at.end + smallestDocument) throw unreadable('it is cut short');
  if (bytes[at.operation] !== operationInsert) throw unreadable('its operation is not known');
  const flags = bytes[at.flags] as number;
  const idOrigin = origins[flags >> 1];
  if (idOrigin === undefined) throw unreadable('its flags are not known');
  const documentAt = at.end + bytes.readUInt16LE(at.namespaceBytes);
  const document = bytes.subarray(documentAt);
  if (document.length < smallestDocument || document.readUInt32LE(0) !== document.length) {
    throw unreadable('its document is cut short');
  }
  return {
    keyed: (flags & 1) === 1,
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
  return (flags & 1) === 0 && origins[(flags >> 1) & 3] === 'random';
}

function writeUuid(text: string, target: Buffer, offset: number): void {
  target.write(text.replaceAll('-', ''), offset, 16, 'hex');
}

function readUuid(bytes: Buffer, offset: number): string {
  const hex = bytes.toString('hex', offset, offset + 16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

function unreadable(reason: string): Error {
  return gatewayErrors.create('frame-unreadable', { reason });
}
