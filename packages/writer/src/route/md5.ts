import { readInt32 } from '../encode/raw-value-port.ts';

const BLOCK_BYTES = 64;
/** The mark behind the content, and its length in bits. */
const LEAST_PADDING_BYTES = 9;
/** What the padding of a content may take at most. */
export const MD5_PADDING_BYTES = BLOCK_BYTES + LEAST_PADDING_BYTES;

/** What each step adds: the sines of 1 to 64 (RFC 1321, 3.4). */
const added = Int32Array.from({ length: 64 }, (_, n) => Math.abs(Math.sin(n + 1)) * 2 ** 32);
/** Four rounds of 16 steps: how far each of four steps turns, and which words are taken. */
const rounds = [
  { turns: [7, 12, 17, 22], factor: 1, offset: 0 },
  { turns: [5, 9, 14, 20], factor: 5, offset: 1 },
  { turns: [4, 11, 16, 23], factor: 3, offset: 5 },
  { turns: [6, 10, 15, 21], factor: 7, offset: 0 },
] as const;
const turns = Uint8Array.from({ length: 64 }, (_, n) => roundOf(n).turns[n & 3] as number);
const taken = Uint8Array.from({ length: 64 }, (_, n) => {
  const { factor, offset } = roundOf(n);
  return (factor * n + offset) & 15;
});
const words = new Int32Array(16);
/** The four sums so far. */
const state = new Int32Array(4);

function roundOf(step: number) {
  return rounds[step >> 4] as (typeof rounds)[number];
}

/**
 * The first 8 bytes of MD5 (RFC 1321). Values in shard keys fit in a block or two, where a call of
 * the machine's own library takes four times as long; and it works where rules forbid MD5, which is
 * no secret's keeper here.
 * @param bytes the content, with `MD5_PADDING_BYTES` of room behind it, which is overwritten
 */
export function md5Half(bytes: Buffer, size: number, into: Buffer): Buffer {
  const end = pad(bytes, size);
  state[0] = 0x67452301;
  state[1] = 0xefcdab89;
  state[2] = 0x98badcfe;
  state[3] = 0x10325476;
  for (let at = 0; at < end; at += BLOCK_BYTES) addBlock(bytes, at);
  into.writeInt32LE(state[0], 0);
  into.writeInt32LE(state[1], 4);
  return into;
}

function addBlock(bytes: Uint8Array, at: number): void {
  for (let n = 0; n < 16; n += 1) words[n] = readInt32(bytes, at + 4 * n);
  let a = state[0] as number;
  let b = state[1] as number;
  let c = state[2] as number;
  let d = state[3] as number;
  for (let n = 0; n < 64; n += 1) {
    const round = n >> 4;
    let mixed = c ^ (b | ~d);
    if (round === 0) mixed = d ^ (b & (c ^ d));
    else if (round === 1) mixed = c ^ (d & (b ^ c));
    else if (round === 2) mixed = b ^ c ^ d;
    const sum = (a + mixed + (added[n] as number) + (words[taken[n] as number] as number)) | 0;
    const turn = turns[n] as number;
    a = d;
    d = c;
    c = b;
    b = (b + ((sum << turn) | (sum >>> (32 - turn)))) | 0;
  }
  state[0] = (state[0] as number) + a;
  state[1] = (state[1] as number) + b;
  state[2] = (state[2] as number) + c;
  state[3] = (state[3] as number) + d;
}

/** Fills the last block up; gives its end. */
function pad(bytes: Buffer, size: number): number {
  const end = (Math.floor((size + LEAST_PADDING_BYTES - 1) / BLOCK_BYTES) + 1) * BLOCK_BYTES;
  bytes[size] = 0x80;
  bytes.fill(0, size + 1, end - 8);
  bytes.writeUInt32LE((size << 3) >>> 0, end - 8);
  bytes.writeUInt32LE(size >>> 29, end - 4);
  return end;
}
