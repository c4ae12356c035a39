import { expect, test } from 'vitest';
import { differences, shownExamples, takeApart, writeIdIn } from './shown-example.ts';

// The examples of the README are only as good as what compares them.
const one = '8a0a2cbd-6c4e-8f6b-a8b5-0a34a1a6ab9c';
const two = '019c5d2e-0000-7000-8000-000000000000';
const three = '019c5d2e-0000-7000-8000-000000000001';

test('a block is taken apart into commands and what they print', () => {
  const text = '$ first \\\n  second\nHTTP/1.1 200 OK\n\nbody\n$ third\n';
  expect(shownExamples({ language: 'console', text, place: 'here' })).toEqual([
    { command: 'first \\\n  second', answer: 'HTTP/1.1 200 OK\n\nbody', place: 'here' },
    { command: 'third', answer: '', place: 'here' },
  ]);
});

test('a UUID fits any, the same one only the same again, an ellipsis anything', () => {
  const fits = (shown: string, printed: string) =>
    differences(takeApart(shown), takeApart(printed)).length === 0;
  expect(fits(`{"a":"${one}","b":"${one}"}`, `{"a":"${two}","b":"${two}"}`)).toBe(true);
  expect(fits(`{"a":"${one}","b":"${one}"}`, `{"a":"${two}","b":"${three}"}`)).toBe(false);
  expect(fits('{"at":"…","n":1}', '{"at":"12:30","n":1}')).toBe(true);
  expect(fits('{"at":"…","n":1}', '{"at":"12:30","n":2}')).toBe(false);
  expect(fits('{"n":1}', '{"n":1,"more":2}')).toBe(false);
});

test('status, the headers shown and the body each tell a difference', () => {
  const printed = 'HTTP/1.1 201 Created\r\nContent-Type: a/b\r\nx: y\r\n\r\n{"n":1}';
  const against = (shown: string) => differences(takeApart(shown), takeApart(printed)).length;
  expect(against('HTTP/1.1 201 Created\ncontent-type: a/b\n\n{"n":1}')).toBe(0);
  expect(against('HTTP/1.1 201 Created')).toBe(0);
  expect(against('HTTP/1.1 202 Accepted')).toBe(2);
  expect(against('HTTP/1.1 201 Created\nz: y')).toBe(2);
  expect(against('HTTP/1.1 201 Created\n\n{"n":2}')).toBe(2);
});

test('the write id of an answer is found', () => {
  expect(writeIdIn(`{"writeId":"${one}","id":"${two}"}`)).toBe(one);
  expect(writeIdIn('{}')).toBeUndefined();
});
