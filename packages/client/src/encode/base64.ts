/** Arguments a call may have in every runtime. */
const CHUNK_BYTES = 8192;

/** Bytes as base64, by what every runtime has. */
export function toBase64(bytes: Uint8Array): string {
  let latin1 = '';
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
    latin1 += String.fromCharCode(...bytes.subarray(at, at + CHUNK_BYTES));
  }
  return btoa(latin1);
}
