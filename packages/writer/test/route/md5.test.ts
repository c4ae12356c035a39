import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MD5_PADDING_BYTES, md5Half } from '../../src/route/md5.ts';

function half(content: Uint8Array): string {
  const bytes = Buffer.alloc(content.length + MD5_PADDING_BYTES, 0xff);
  bytes.set(content);
  return md5Half(bytes, content.length, Buffer.alloc(8)).toString('hex');
}

test('the suite of RFC 1321', () => {
  expect(half(Buffer.from(''))).toBe('d41d8cd98f00b204');
  expect(half(Buffer.from('a'))).toBe('0cc175b9c0f1b6a8');
  expect(half(Buffer.from('message digest'))).toBe('f96b697d7cb7938d');
  expect(half(Buffer.from('1234567890'.repeat(8)))).toBe('57edf4a22be3c955');
});

test('content of every length around the ends of blocks', () => {
  for (let size = 0; size < 200; size += 1) {
    const content = Buffer.alloc(size, size);
    expect(half(content)).toBe(createHash('md5').update(content).digest('hex').slice(0, 16));
  }
});

test('any content', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 1000 }), (content) => {
      expect(half(content)).toBe(createHash('md5').update(content).digest('hex').slice(0, 16));
    }),
  );
});
