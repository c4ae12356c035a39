import { Type } from 'typebox';
import { expect, test } from 'vitest';
import { Parsed, redactConfiguration, Secret } from '@headrace/base';
import { hideSecret } from '../../src/configure/redact-configuration.ts';

test.each([
  ['mongodb://user:secret@host:27017/db?w=1', 'mongodb://user:***@host:27017/db?w=1'],
  ['mongodb+srv://user:s%40cret@host/', 'mongodb+srv://user:***@host/'],
  ['mongodb://user:s@e/cret@host/', 'mongodb://user:***@host/'],
  ['mongodb://a:27017,b:27017/', 'mongodb://a:27017,b:27017/'],
  ['redis://:secret@host:6379/1', 'redis://:***@host:6379/1'],
  ['rediss://default:secret@host', 'rediss://default:***@host'],
  ['redis://host:6379', 'redis://host:6379'],
  [
    'mongodb://host/?tlsCertificateKeyFilePassword=secret&w=1',
    'mongodb://host/?tlsCertificateKeyFilePassword=***&w=1',
  ],
  [
    'mongodb://host/?authMechanismProperties=AWS_SESSION_TOKEN:secret',
    'mongodb://host/?authMechanismProperties=***',
  ],
  ['secret', '***'],
])('%s is shown as %s', (secret, shown) => {
  expect(hideSecret(secret)).toBe(shown);
  expect(hideSecret(secret)).not.toContain('secret');
});

test('secrets are hidden and parsed settings shown as they are written, at every depth', () => {
  const schema = Type.Object({
    size: Parsed<number>({
      expected: 'a size',
      parse: () => ({ value: 1 }),
      print: (value) => `${value} bytes`,
    }),
    stores: Type.Record(Type.String(), Type.Object({ uri: Secret({ expected: 'a URI' }) })),
  });
  const resolved = {
    size: 7,
    stores: { a: { uri: 'db://me:pw@h' }, b: { uri: 'pw' } },
    more: 'pw',
  };
  expect(redactConfiguration(schema, resolved)).toEqual({
    size: '7 bytes',
    stores: { a: { uri: 'db://me:***@h' }, b: { uri: '***' } },
  });
});
