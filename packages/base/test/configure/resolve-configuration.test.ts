import { Type, type TObject } from 'typebox';
import { describe, expect, test } from 'vitest';
import {
  HeadraceError,
  Parsed,
  resolveConfiguration,
  Secret,
  type ConfigurationProblem,
} from '@headrace/base';

const schema = Type.Object({
  port: Type.Integer({ minimum: 0, maximum: 65535, default: 8080 }),
  level: Type.Enum(['low', 'high'], { default: 'low' }),
  careful: Type.Boolean({ default: false }),
  size: Parsed<number>({
    expected: 'a size',
    default: '2x',
    parse: (written) =>
      written === '2x' ? { value: 2 } : written === '9x' ? { problem: 'too big' } : undefined,
    print: (value) => `${value}x`,
  }),
  store: Type.Object({
    uri: Secret({ pattern: '^db://', expected: 'a URI beginning with db://' }),
    name: Type.String({ default: 'main' }),
  }),
  spare: Type.Optional(Type.Object({ name: Type.String({ default: 'spare' }) })),
  rooms: Type.Record(Type.String(), Type.Object({ seats: Type.Integer({ default: 4 }) }), {
    checkName: (name: string) => (name === 'cellar' ? 'nobody sits in the cellar' : undefined),
  }),
});

const store = { uri: 'db://here' };

function resolve(raw: unknown, files: Readonly<Record<string, string>> = {}) {
  return resolveConfiguration({
    schema,
    raw,
    readFile: (path) => {
      const text = files[path];
      if (text === undefined) throw new RangeError('no such file');
      return text;
    },
  });
}

function problemsOf(raw: unknown, files?: Readonly<Record<string, string>>) {
  try {
    resolve(raw, files);
  } catch (error) {
    if (!(error instanceof HeadraceError)) throw error;
    expect(error.code).toBe('bad-configuration');
    return error.details['problems'] as readonly ConfigurationProblem[];
  }
  return [];
}

describe('resolving a configuration', () => {
  test('fills in every default and reads what has a written form', () => {
    expect(resolve({ store })).toEqual({
      port: 8080,
      level: 'low',
      careful: false,
      size: 2,
      store: { uri: 'db://here', name: 'main' },
      rooms: {},
    });
  });

  test('keeps what is written, and leaves out an optional section nobody wrote', () => {
    const raw = {
      port: 0,
      level: 'high',
      store,
      spare: {},
      rooms: { hall: { seats: 9 }, attic: {} },
    };
    expect(resolve(raw)).toMatchObject({
      port: 0,
      level: 'high',
      spare: { name: 'spare' },
      rooms: { hall: { seats: 9 }, attic: { seats: 4 } },
    });
    expect(resolve({ store })).not.toHaveProperty('spare');
  });

  test('freezes the result all the way down and leaves the raw one alone', () => {
    const raw = { store: { uri: 'db://here' }, rooms: { hall: {} } };
    const resolved = resolve(raw);
    expect(Object.isFrozen(resolved)).toBe(true);
    expect(Object.isFrozen(resolved.store)).toBe(true);
    expect(Object.isFrozen(resolved.rooms['hall'])).toBe(true);
    expect(raw).toEqual({ store: { uri: 'db://here' }, rooms: { hall: {} } });
    expect(Object.isFrozen(raw.store)).toBe(false);
  });

  test('lists every problem at once, each with its path', () => {
    const problems = problemsOf({
      port: 65536,
      level: 'mid',
      prot: 1,
      store: { name: 7 },
      rooms: [],
    });
    expect(problems).toEqual([
      { path: 'prot', text: 'unknown name; did you mean port?', nearest: 'port' },
      { path: 'port', text: 'expected a whole number from 0 to 65535, found 65536' },
      { path: 'level', text: 'expected low or high, found "mid"' },
      {
        path: 'store.uri',
        text: 'missing; expected a URI beginning with db:// (or uriFile, naming a file that holds it)',
      },
      { path: 'store.name', text: 'expected a text, found 7' },
      { path: 'rooms', text: 'expected a section of names and values, found a list' },
    ]);
  });

  test('puts the problems line by line into the error text', () => {
    expect(() => resolve({ port: -1, store, careful: 1 })).toThrow(
      'The configuration is not valid:\n' +
        '  port: expected a whole number from 0 to 65535, found -1\n' +
        '  careful: expected true or false, found 1',
    );
  });

  test.each([
    ['a number as text', { port: '8080' }],
    ['a fraction', { port: 80.5 }],
    ['a yes', { careful: 'yes' }],
    ['a number for a truth', { careful: 0 }],
    ['nothing', { port: null }],
    ['another case', { level: 'LOW' }],
    ['a section without content', { spare: null }],
    ['an object of a class', { spare: new Date(0) }],
  ])('coerces nothing: %s is refused', (_, wrong) => {
    expect(problemsOf({ store, ...wrong })).toHaveLength(1);
  });

  test('a setting with a written form says what it expects, or what is wrong', () => {
    expect(problemsOf({ store, size: 2 })).toEqual([
      { path: 'size', text: 'expected a size, found 2' },
    ]);
    expect(problemsOf({ store, size: '9x' })).toEqual([{ path: 'size', text: 'too big' }]);
  });

  test.each([null, undefined, 'text', 3, []])('refuses %j as the whole', (raw) => {
    expect(problemsOf(raw)).toMatchObject([{ path: '' }]);
  });

  test('names what is known where no known name is near', () => {
    expect(problemsOf({ store, zzzzzzzz: 1 })).toEqual([
      {
        path: 'zzzzzzzz',
        text: 'unknown name; known here: port, level, careful, size, store, spare, rooms',
      },
    ]);
  });

  test('refuses names that every object inherits', () => {
    const raw = JSON.parse(
      '{"__proto__": {"port": 1}, "constructor": 2, "store": {"uri": "db://x"}}',
    ) as unknown;
    expect(problemsOf(raw).map(({ path }) => path)).toEqual(['__proto__', 'constructor']);
  });

  test('a free section answers only for the names written in it', () => {
    const { rooms } = resolve({ store, rooms: { hall: {} } });
    expect(rooms['constructor']).toBeUndefined();
  });

  test('checks the names of a free section and puts odd ones in brackets', () => {
    expect(problemsOf({ store, rooms: { cellar: {}, 'up.stairs': { seats: 'x' } } })).toEqual([
      { path: 'rooms.cellar', text: 'nobody sits in the cellar' },
      { path: 'rooms["up.stairs"].seats', text: 'expected a whole number, found "x"' },
    ]);
  });
});

describe('a secret', () => {
  test('is read from the file its twin names, and trimmed', () => {
    const resolved = resolve({ store: { uriFile: './uri' } }, { './uri': ' db://there\n' });
    expect(resolved.store).toEqual({ uri: 'db://there', name: 'main' });
  });

  test.each<[string, Readonly<Record<string, unknown>>, Readonly<Record<string, string>>, string]>([
    [
      'both given',
      { uri: 'db://a', uriFile: './u' },
      { './u': 'db://b' },
      'both store.uri and store.uriFile are given; keep one',
    ],
    ['unreadable', { uriFile: './u' }, {}, 'can not read the file ./u: no such file'],
    [
      'empty',
      { uriFile: './u' },
      { './u': ' \n' },
      'expected a URI beginning with db:// in the file ./u, found nothing',
    ],
    [
      'wrong',
      { uriFile: './u' },
      { './u': 'hunter2' },
      'expected a URI beginning with db:// in the file ./u, found something else',
    ],
    ['no path', { uriFile: 3 }, {}, 'expected the path of a file, found 3'],
  ])('%s is one problem that says so', (_, store, files, text) => {
    expect(problemsOf({ store }, files)).toEqual([{ path: 'store.uriFile', text }]);
  });

  test('is not repeated in a problem', () => {
    expect(problemsOf({ store: { uri: 'hunter2' } })).toEqual([
      { path: 'store.uri', text: 'expected a URI beginning with db://, found something else' },
    ]);
  });

  test('has the only names that may end in File', () => {
    expect(problemsOf({ store: { ...store, nameFile: './n' } })).toMatchObject([
      { path: 'store.nameFile', nearest: 'uriFile' },
    ]);
  });
});

test('the source of the configuration begins the text', () => {
  const request = { schema: schema as TObject, raw: 1, readFile: () => '', source: './x.yaml' };
  expect(() => resolveConfiguration(request)).toThrow(
    './x.yaml is not valid:\n  expected a section of names and values, found 1',
  );
});
