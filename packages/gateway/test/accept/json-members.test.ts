import { describe, expect, it } from 'vitest';
import { jsonMembers } from '../../src/accept/json-members.ts';

const cut = (text: string): [string, string][] =>
  jsonMembers(Buffer.from(text)).map(({ name, value }) => [name, value.toString()]);

describe('the members of a JSON object', () => {
  it.each<[string, [string, string][]]>([
    ['{}', []],
    [' \t\r\n{ \n} ', []],
    ['{"a":1}', [['a', '1']]],
    [
      '{ "a" : 12345678901234567890.1e-7 , "b" :null}',
      [
        ['a', '12345678901234567890.1e-7'],
        ['b', 'null'],
      ],
    ],
    [
      '{"a":"x\\"}","b":"\\\\"}',
      [
        ['a', '"x\\"}"'],
        ['b', '"\\\\"'],
      ],
    ],
    [
      '{"doc":{"a":[1,{"b":"]}"}],"c":"\\u0022"},"op":"patch"}',
      [
        ['doc', '{"a":[1,{"b":"]}"}],"c":"\\u0022"}'],
        ['op', '"patch"'],
      ],
    ],
    [
      '{"a":[ ] ,"a":{ }}',
      [
        ['a', '[ ]'],
        ['a', '{ }'],
      ],
    ],
    [
      '{"\\u006fp":true,"ü":"ü€😀"}',
      [
        ['op', 'true'],
        ['ü', '"ü€😀"'],
      ],
    ],
    ['{"":-0}', [['', '-0']]],
  ])('of %s', (text, members) => {
    expect(cut(text)).toEqual(members);
  });

  it.each([
    ['', 0],
    ['[]', 0],
    ['"a"', 0],
    ['{', 1],
    ['{a:1}', 1],
    ['{"a"}', 4],
    ['{"a":}', 5],
    ['{"a":1', 6],
    ['{"a":1,}', 7],
    ['{"a":1 2}', 7],
    ['{"a":1"b":2}', 6],
    ['{"a":"x}', 5],
    ['{"a":"x\\', 5],
    ['{"a":"x\\"', 5],
    ['{"a":{"b":[1}', 5],
    ['{"a\\x":1}', 1],
    ['{"a":1}}', 7],
    ['{"a":1}{}', 7],
  ])('refuses %s at byte %d', (text, offset) => {
    const reason = expect.stringMatching(/\w/) as string;
    expect(() => jsonMembers(Buffer.from(text))).toThrow(
      expect.objectContaining({ code: 'bad-json', details: { offset, reason } }),
    );
  });

  it('is what JSON.parse sees, whatever the members hold', () => {
    const parts = ['1', '"a"', '{}', '[1,{"x":[]}]', '{"a":{"b":"}]\\""}}', 'true', '-1.5e3', '""'];
    for (const first of parts) {
      for (const second of parts) {
        const text = `{"x":${first} ,\t"y": ${second}}`;
        const seen = cut(text).map(([name, value]) => [name, JSON.parse(value) as unknown]);
        expect(Object.fromEntries(seen)).toEqual(JSON.parse(text));
      }
    }
  });
});
