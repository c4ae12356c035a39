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
  pool.copy(uuid, 6, poolAt, poolAt + 10);
  poolAt += 10;
  return stamp(uuid, 0x70);
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
