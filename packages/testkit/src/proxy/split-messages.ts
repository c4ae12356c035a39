const LENGTH_BYTES = 4;

/** Cuts a byte stream into MongoDB wire messages, each of which begins with its own length. */
export function splitMessages(onMessage: (message: Buffer) => void): (bytes: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  return (bytes) => {
    rest = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
    while (rest.length >= LENGTH_BYTES) {
      const length = rest.readInt32LE(0);
      if (rest.length < length) return;
      const message = rest.subarray(0, length);
      rest = rest.subarray(length);
      onMessage(message);
    }
  };
}
