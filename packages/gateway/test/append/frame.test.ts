import { readFile } from 'node:fs/promises';
import { deserialize, serialize } from 'bson';
import { describe, expect, it } from 'vitest';
import { decodeFrame, encodeFrame, frameBytes } from '../../src/append/frame-port.ts';
import { bareWrite } from './lane-under-test.ts';

const fixture = new URL('./frame-v1.bin', import.meta.url);
const known = bareWrite(
  {},
  {
    namespace: 'shop.orders',
    writeId: '0190a6e2-7b1c-8def-9234-56789abcdef0',
    keyed: true,
    idOrigin: 'derived',
    fingerprint: Buffer.alloc(32, 7),
    document: serialize({ _id: 'order-1', total: 19.99 }),
  },
);
const acceptedAtEpochMs = 1_795_000_000_123;

function encoded(write = known): Buffer {
  const frame = Buffer.alloc(frameBytes(write));
  encodeFrame(write, acceptedAtEpochMs, frame);
  return frame;
}

describe('a frame', () => {
  it.each(['caller', 'derived', 'random'] as const)(
    'comes back as it was: _id by %s',
    (idOrigin) => {
      for (const keyed of [true, false]) {
        const write = bareWrite({ text: 'ü' }, { idOrigin, keyed, namespace: 'bücher.ä' });
        const { namespace, writeId, fingerprint } = write;
        const frame = decodeFrame(encoded(write));
        expect(frame).toMatchObject({ idOrigin, keyed, namespace, writeId, acceptedAtEpochMs });
        expect(frame?.fingerprint.equals(fingerprint)).toBe(true);
        expect(frame?.document.equals(write.document)).toBe(true);
      }
    },
  );

  it('of version 1 stays readable and is still written the same', async () => {
    const stored = await readFile(fixture);
    expect(encoded().equals(stored)).toBe(true);
    expect(deserialize(decodeFrame(stored)?.document as Buffer)).toEqual({
      _id: 'order-1',
      total: 19.99,
    });
  });

  it.each([
    ['replace', false],
    ['replace', true],
    ['patch', false],
    ['patch', true],
    ['delete', false],
  ] as const)('of a %s comes back as it was, upsert %s', (op, upsert) => {
    const write = bareWrite({ merge: { total: 1 } }, { op, upsert });
    const frame = encoded(write);
    expect(frame[0]).toBe(2);
    const decoded = decodeFrame(frame);
    expect(decoded).toMatchObject({ op, upsert, keyed: true, idOrigin: 'caller' });
    expect(decoded?.document.equals(write.document)).toBe(true);
  });

  it('of a newer version is left alone', () => {
    const newer = encoded();
    newer[0] = 3;
    expect(decodeFrame(newer)).toBeUndefined();
  });

  it('that is damaged is refused', () => {
    const frame = encoded();
    expect(() => decodeFrame(frame.subarray(0, 40))).toThrow(/cut short/);
    expect(() => decodeFrame(frame.subarray(0, -1))).toThrow(/document is cut short/);
    for (const operation of [0, 2, 4, 9]) {
      frame[1] = operation;
      expect(() => decodeFrame(frame)).toThrow(/operation/);
    }
    frame[1] = 1;
    for (const flags of [0b110, 0b1000, 0b1_0000]) {
      frame[2] = flags;
      expect(() => decodeFrame(frame)).toThrow(/flags/);
    }
  });
});
