import { expect, test } from 'vitest';

test('tests run on the Node that the project is developed on, not on an older one beside it', () => {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  expect(major > 22 || (major === 22 && minor >= 22)).toBe(true);
});
