import { randomFillSync } from 'node:crypto';

/** Random bytes are drawn many at a time: one call of the system per 512 ids. */
const pool = Buffer.allocUnsafe(10 * 512);
let poolAt = pool.length;

/**
 * A new UUID v7 (RFC 9562, section 5.7): 48 bits of milliseconds, then chance.
 * @param epochMs milliseconds since 1970
 * @returns 16 bytes
 */
export function newUuidV7(epochMs: number): Buffer {
  if (poolAt === pool.length) {
    randomFillSync(pool);
    poolAt = 0;
  }
  const uuid = Buffer.allocUnsafe(16);
  uuid.writeUIntBE(epochMs, 0, 6);
  // Byte by byte: a call of `copy` costs more than the ten bytes it would move.
  for (let at = 6; at < 16; at += 1, poolAt += 1) uuid[at] = pool[poolAt] ?? 0;
  return stamp(uuid, 0x70);
}

/**
 * A UUID v7 that carries an ObjectId made in the same second: its bytes behind the time stand in
 * bytes 7 and 9 to 15, so that the write id tells the `_id` (`objectIdIn`).
 * @param epochMs milliseconds since 1970
 * @returns 16 bytes
 */
export function uuidV7Carrying(objectId: Uint8Array, epochMs: number): Buffer {
  const uuid = Buffer.alloc(16);
  uuid.writeUIntBE(epochMs, 0, 6);
  uuid[7] = objectId[4] ?? 0;
  uuid.set(objectId.subarray(5), 9);
  return stamp(uuid, 0x70);
}

/**
 * The ObjectId that a keyless write id carries where its collection has such `_id`s.
 * @param text of a UUID v7
 * @returns 12 bytes
 */
export function objectIdIn(text: string): Buffer {
  const uuid = Buffer.from(text.replaceAll('-', ''), 'hex');
  const objectId = Buffer.alloc(12);
  objectId.writeUInt32BE(secondsOf(uuid.readUIntBE(0, 6)));
  objectId[4] = uuid[7] ?? 0;
  uuid.copy(objectId, 5, 9);
  return objectId;
}

/** The time of an ObjectId: whole seconds, 32 bits. */
export function secondsOf(epochMs: number): number {
  return Math.floor(epochMs / 1_000) % 2 ** 32;
}

/** Makes a UUID v8 (RFC 9562, section 5.8) of the first 16 bytes of a digest. */
export function uuidV8(digest: Uint8Array): Buffer {
  return stamp(Buffer.from(digest.subarray(0, 16)), 0x80);
}

/** The 16 bytes of a UUID's text; undefined when it is none. */
export function parseUuid(text: string): Buffer | undefined {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) return undefined;
  return Buffer.from(text.replaceAll('-', ''), 'hex');
}

function stamp(uuid: Buffer, version: number): Buffer {
  uuid[6] = ((uuid[6] ?? 0) & 0x0f) | version;
  uuid[8] = ((uuid[8] ?? 0) & 0x3f) | 0x80;
  return uuid;
}
