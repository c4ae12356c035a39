import { hash } from 'node:crypto';

const blockBytes = 64;
const innerPad = 0x36;
const outerPad = 0x5c;

/**
 * HMAC-SHA256 under one secret (RFC 2104), with the padded secret made once: two plain digests take
 * a third of the time of `createHmac`, which builds an object of OpenSSL's for each write.
 * @param secret at most 64 bytes, the block of SHA-256
 * @returns a function from message to its 32 bytes
 */
export function hmacSha256(secret: Uint8Array): (message: string) => Buffer {
  const inner = padded(secret, innerPad);
  const outer = padded(secret, outerPad);
  return (message) => {
    const digest = hash('sha256', Buffer.concat([inner, Buffer.from(message)]), 'buffer');
    return hash('sha256', Buffer.concat([outer, digest]), 'buffer');
  };
}

function padded(secret: Uint8Array, pad: number): Buffer {
  const block = Buffer.alloc(blockBytes, pad);
  secret.forEach((byte, at) => {
    block[at] = byte ^ pad;
  });
  return block;
}
