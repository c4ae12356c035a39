import { valueEnd } from '../encode/raw-value-port.ts';
import { roomForValues, type ShardKey } from './shard-key.ts';

/**
 * The shard key of a document as a BSON document of its own: the fields under their dotted paths, in
 * their order, a missing one as null.
 * @param key without a hashed field
 * @param document BSON that is known to be right
 * @returns undefined where a field is, or lies in, an array
 */
export function shardKeyBytes(key: ShardKey, document: Uint8Array): Buffer | undefined {
  const values = roomForValues(key);
  if (!key.read(document, values)) return undefined;
  const elements = values.flatMap(({ type, bytes, at }, n) => [
    Buffer.from([type]),
    Buffer.from(`${key.fields[n]?.path ?? ''}\0`),
    bytes.subarray(at, valueEnd(bytes, type, at)),
  ]);
  const whole = Buffer.concat([Buffer.alloc(4), ...elements, Buffer.alloc(1)]);
  whole.writeInt32LE(whole.length);
  return whole;
}
