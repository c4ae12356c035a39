import { expect, test } from 'vitest';
import { defineErrors, HeadraceError } from '@headrace/base';

const errors = defineErrors({
  'cup-empty': {
    text: 'The {what} is empty after {sips} sips. Fill it.',
    retry: 'later',
    status: 503,
  },
});

test('an error takes everything from its row and fills the text from the details', () => {
  const cause = new RangeError('dry');
  const error = errors.create('cup-empty', { what: 'cup', sips: 3 }, cause);
  expect(error).toBeInstanceOf(HeadraceError);
  expect(error).toMatchObject({
    name: 'HeadraceError',
    code: 'cup-empty',
    retry: 'later',
    status: 503,
    details: { what: 'cup', sips: 3 },
    message: 'The cup is empty after 3 sips. Fill it.',
  });
  expect(error.cause).toBe(cause);
});

test('a detail that is not given stays visible as its place in the text', () => {
  expect(errors.create('cup-empty').message).toBe(
    'The {what} is empty after {sips} sips. Fill it.',
  );
  expect(errors.create('cup-empty')).not.toHaveProperty('cause');
});

test('a list in the text is readable, and braces in a detail are left alone', () => {
  const error = errors.create('cup-empty', { what: '{sips}', sips: [1, 'two'] });
  expect(error.message).toBe('The {sips} is empty after [1,"two"] sips. Fill it.');
});

test('a table can not be changed', () => {
  expect(Object.isFrozen(errors.rows)).toBe(true);
});
