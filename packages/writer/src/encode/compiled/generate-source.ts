import { ARRAY, DOCUMENT, NULL } from '../element-type.ts';
import { ARRAY_TEST, KIND_SOURCES, OBJECT_TEST } from './kind-source.ts';
import type { FieldHead } from './put-name.ts';
import { LEAF_WRITERS, type LeafKind } from './put-value.ts';
import type { ArrayPlan, FieldPlan, ObjectPlan, ValuePlan } from './write-plan.ts';

/** Above this many fields the code of an object is cut into functions of so many each. */
const FIELDS_A_PART = 48;

/** What generated code finds under its names; the values come from `build-generated.ts`. */
const PRELUDE = `'use strict';
const { names, places, tests, puts, putString, putIndexHead, untaggedShape, hasOwn } = tools;
const { carryOther, carryOpen, carryUnlisted, TYPE, VERSION, MAJOR_VERSION } = tools;`;

const UNLISTED = 'default: p = carryUnlisted(a, p, key, v);';

/** Writes the head of an element with this type. */
type HeadSource = (type: number) => string;

/**
 * The source of a function body that gives a `WriteObject`. Nothing of a schema's text gets into it:
 * names come in as values, and as bytes in numbers.
 * @param nested takes the plan of an object or array inside and gives the number under which its
 * writer is in `nested`
 */
export function objectSource(
  { fields }: ObjectPlan,
  options: {
    readonly notesId: boolean;
    readonly nested: (plan: ObjectPlan | ArrayPlan) => number;
  },
): string {
  const cases = fields.map((field, i) => `case ${i}: ${fieldSource(field, options)} break;`);
  const parts: string[] = [];
  for (let from = 0; from < cases.length; from += FIELDS_A_PART) {
    parts.push(cases.slice(from, from + FIELDS_A_PART).join('\n'));
  }
  const isWhole = parts.length <= 1;
  const functions = parts.map(
    (part, i) => `function part${i}(a, p, key, v, i) {
const b = a.bytes, d = a.view;
let t = 0;
switch (i) { ${part} ${UNLISTED} }
return p;
}`,
  );
  const calls = parts.map((_, i) => `case ${i}: p = part${i}(a, p, key, v, i); break;`).join('\n');
  return `${PRELUDE}
${isWhole ? '' : functions.join('\n')}
return function writeObject(a, at, o, shape) {
const b = a.bytes, d = a.view;
let p = at + 4, next = 0, t = 0;
for (const key in o) {
if (shape === 2 && !hasOwn(o, key)) continue;
const v = o[key];
let i = next;
if (key !== names[i]) { i = places.get(key); if (i === undefined) i = -1; else next = i + 1; }
else next = i + 1;
${
  isWhole
    ? `switch (i) { ${parts.join('')} ${UNLISTED} }`
    : `switch (i < 0 ? -1 : (i / ${FIELDS_A_PART}) | 0) { ${calls} ${UNLISTED} }`
}
}
b[p] = 0;
d.setInt32(at, p + 1 - at, true);
return p + 1;
};`;
}

/** The source of a function body that gives a `WriteRoot` around the `WriteObject` n0. */
export function rootSource(): string {
  return `${PRELUDE}
return function writeRoot(a, v, reservedBytes) {
let t = 0;
if (!(${OBJECT_TEST})) return -1;
a.reservedBytes = '_id' in v ? 0 : reservedBytes;
return n0(a, a.start + a.reservedBytes, v, t);
};`;
}

/** The source of a function body that gives a `WriteArray`. */
export function arraySource(
  { element, elementBytes }: ArrayPlan,
  nested: (plan: ObjectPlan | ArrayPlan) => number,
): string {
  const head: HeadSource = (type) =>
    `b[p] = ${type}; if (i < 10) { b[p + 1] = 48 + i; b[p + 2] = 0; p += 3; } else p = putIndexHead(a, p, i);`;
  return `${PRELUDE}
return function writeArray(a, at, o) {
const b = a.bytes, d = a.view;
let p = at + 4, t = 0;
for (let i = 0; i < o.length; i++) {
if (p + ${elementBytes} > a.limit) { a.lacking += (o.length - i) * ${elementBytes}; break; }
const v = o[i];
${valueSource(element, { head, name: 'String(i)', nested })}
}
b[p] = 0;
d.setInt32(at, p + 1 - at, true);
return p + 1;
};`;
}

function fieldSource(
  field: FieldPlan,
  {
    notesId,
    nested,
  }: { readonly notesId: boolean; readonly nested: (plan: ObjectPlan | ArrayPlan) => number },
): string {
  const head: HeadSource = (type) => headSource(field.head, type);
  const source = valueSource(field, { head, name: 'key', nested });
  if (!notesId || field.name !== '_id') return source;
  return `a.idAt = p; ${source} a.idEnd = p;`;
}

function headSource({ words, length }: FieldHead, type: number): string {
  const writes = words.map((word, i) =>
    i === 0 ? `d.setInt32(p, ${word | type}, true);` : `d.setInt32(p + ${i * 4}, ${word}, true);`,
  );
  return `${writes.join(' ')} p += ${length};`;
}

function valueSource(
  { leaves, object, array, isOpen }: ValuePlan,
  {
    head,
    name,
    nested,
  }: {
    readonly head: HeadSource;
    readonly name: string;
    readonly nested: (plan: ObjectPlan | ArrayPlan) => number;
  },
): string {
  const branches = leaves.map((kind) => leafSource(kind, head));
  branches.push(`if (v === null || v === undefined) { ${head(NULL)} }`);
  if (array !== undefined) {
    branches.push(`if (${ARRAY_TEST}) { ${head(ARRAY)} p = n${nested(array)}(a, p, v); }`);
  }
  if (object !== undefined) {
    const inner = nested(object);
    branches.push(`if (${OBJECT_TEST}) { ${head(DOCUMENT)} p = n${inner}(a, p, v, t); }`);
  }
  const carry = `{ p = ${isOpen ? 'carryOpen' : 'carryOther'}(a, p, ${name}, v); }`;
  return [...branches, carry].join('\nelse ');
}

function leafSource(kind: LeafKind, head: HeadSource): string {
  const source = KIND_SOURCES[kind];
  const test = source?.test ?? `tests.${kind}(v)`;
  const put = source?.put ?? `p = puts.${kind}(a, p, v);`;
  return `if (${test}) { ${head(LEAF_WRITERS[kind].type)} ${put} }`;
}
