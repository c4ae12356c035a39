import { writerErrors } from '../../errors.ts';
import { ARRAY, DECIMAL128, DOCUMENT, DOUBLE, INT32, INT64 } from '../element-type.ts';
import { below, fieldsOf, isOperators, type BsonField } from './bson-fields.ts';
import { checkMatch, checkOperators } from './condition-check.ts';
import { faultOfPath, leadsToId } from './dotted-path.ts';

const OFFERED = [
  ...['$set', '$unset', '$inc', '$mul', '$min', '$max'],
  ...['$push', '$addToSet', '$pull'],
];
/** Applied twice they do something else than once. */
const NOT_REPEATABLE = new Set(['$inc', '$mul', '$push']);
const NUMBERS = new Set([DOUBLE, INT32, INT64, DECIMAL128]);
const PUSH_MODIFIERS = ['$each', '$slice', '$position', '$sort'];

/**
 * Refuses an update that is more than the offered operators with fields and values. What depends on
 * the document, and operators that get into each other's way, are left to the server.
 * Throws `bad-patch`, `bad-field-name`, `id-change`.
 * @returns whether it needs an idempotency key
 */
export function checkUpdate(update: Uint8Array): boolean {
  let needsKey = false;
  let isEmpty = true;
  for (const operator of fieldsOf(update)) {
    isEmpty = false;
    const path = below('', operator.name);
    if (!OFFERED.includes(operator.name)) {
      throw badPatch(path, notOffered(operator.name));
    }
    if (operator.type !== DOCUMENT)
      throw badPatch(path, `${operator.name} has an object of fields`);
    needsKey ||= NOT_REPEATABLE.has(operator.name);
    for (const field of fieldsOf(operator.value)) {
      checkField(operator.name, field, below(path, field.name));
    }
  }
  if (isEmpty) throw badPatch('/', `it is empty; use ${OFFERED.join(' ')}`);
  return needsKey;
}

function notOffered(name: string): string {
  if (name.startsWith('$')) return `"${name}" is not offered; ${OFFERED.join(' ')} are`;
  return 'it is no operator; put fields below one such as $set, or send them as a merge patch';
}

function checkField(operator: string, field: BsonField, path: string): void {
  if (leadsToId(field.name)) throw writerErrors.create('id-change', { path });
  const fault = faultOfPath(field.name) ?? faultOfPlaces(field.name);
  if (fault !== undefined) throw badPatch(path, fault);
  switch (operator) {
    case '$inc':
    case '$mul':
      if (!NUMBERS.has(field.type)) throw badPatch(path, `${operator} has a number`);
      return;
    case '$push':
      if (isModified(field)) checkModifiers(field, path, PUSH_MODIFIERS);
      return;
    case '$addToSet':
      if (isModified(field)) checkModifiers(field, path, ['$each']);
      return;
    case '$pull':
      checkPull(field, path);
      return;
    default:
  }
}

/** Of the places in an array only "all" needs nothing beside the update to be understood. */
function faultOfPlaces(path: string): string | undefined {
  const odd = path
    .split('.')
    .find((name, at) => name.startsWith('$') && (at === 0 || name !== '$[]'));
  return odd === undefined ? undefined : `"${odd}" can not stand in a path; $[] and indexes can`;
}

/** A DBRef begins with "$" too and is a value. */
function isModified(field: BsonField): boolean {
  if (!isOperators(field)) return false;
  const [first] = fieldsOf(field.value);
  return first?.name !== '$ref';
}

function checkModifiers(field: BsonField, at: string, offered: readonly string[]): void {
  let hasEach = false;
  for (const { name, type } of fieldsOf(field.value)) {
    const path = below(at, name);
    if (!offered.includes(name)) {
      throw badPatch(path, `"${name}" is not offered here; ${offered.join(' ')} can be`);
    }
    if (name !== '$each') continue;
    if (type !== ARRAY) throw badPatch(path, '$each has a list');
    hasEach = true;
  }
  if (!hasEach) throw badPatch(at, 'modifiers need $each beside them');
}

function checkPull(field: BsonField, path: string): void {
  if (isOperators(field)) {
    checkOperators(field.value, path, badPatch);
  } else if (field.type === DOCUMENT) {
    for (const part of fieldsOf(field.value)) checkMatch(part, below(path, part.name), badPatch);
  }
}

function badPatch(path: string, reason: string): Error {
  return writerErrors.create('bad-patch', { path, reason });
}
