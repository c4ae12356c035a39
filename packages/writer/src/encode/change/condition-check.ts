import { BSON } from 'bson';
import { writerErrors } from '../../errors.ts';
import { ARRAY, BOOLEAN, DOCUMENT, REGEX, UNDEFINED } from '../element-type.ts';
import { below, fieldsOf, isOperators, walkNamed, type BsonField } from './bson-fields.ts';
import { conditionObject } from './change-statement.ts';
import { faultOfPath, leadsToId } from './dotted-path.ts';

const COMPARISONS = new Set(['$eq', '$ne', '$gt', '$gte', '$lt', '$lte']);
const LISTS = new Set(['$in', '$nin']);
const OFFERED = [...COMPARISONS, ...LISTS, '$exists'].join(' ');

/** Makes the error of whoever asks: of a condition, or of `$pull` in an update. */
export type Refuse = (path: string, reason: string) => Error;

const badCondition: Refuse = (path, reason) =>
  writerErrors.create('bad-condition', { path, reason });

/**
 * Refuses a condition that is more than field paths with values or comparisons: one fault the server
 * finds would fail the command of many writes. Throws `bad-condition`.
 */
export function checkCondition(condition: Uint8Array): void {
  walkNamed({ type: DOCUMENT, value: condition }, '', ({ name }, path) => {
    // The driver, which gets it as an object, would take the object for a class of its own.
    if (name === '_bsontype') throw badCondition(path, '_bsontype can not be asked for');
  });
  for (const field of fieldsOf(condition)) {
    const path = below('', field.name);
    if (leadsToId(field.name)) {
      throw badCondition(path, 'the _id is named already; a condition is on other fields');
    }
    checkMatch(field, path, badCondition);
  }
  checkWritable(condition);
}

/** The driver gets a condition as an object, and refuses to write a few values that it can read. */
function checkWritable(condition: Uint8Array): void {
  try {
    BSON.serialize(conditionObject(condition));
  } catch (cause) {
    if (!(cause instanceof BSON.BSONError)) throw cause;
    throw badCondition('/', cause.message);
  }
}

/** Refuses a field path or what it is compared with. */
export function checkMatch(field: BsonField, path: string, refuse: Refuse): void {
  if (field.name.startsWith('$')) throw refuse(path, `${field.name} is not offered here`);
  const fault = faultOfPath(field.name);
  if (fault !== undefined) throw refuse(path, fault);
  if (isOperators(field)) checkOperators(field.value, path, refuse);
  else checkOperand(field, path, refuse);
}

/** Refuses operators that are not offered, or compare with what can not be compared. */
export function checkOperators(operators: Uint8Array, at: string, refuse: Refuse): void {
  for (const operator of fieldsOf(operators)) {
    const { name, type } = operator;
    const path = below(at, name);
    if (COMPARISONS.has(name)) {
      checkOperand(operator, path, refuse);
    } else if (LISTS.has(name)) {
      if (type !== ARRAY) throw refuse(path, `${name} has a list`);
      for (const element of fieldsOf(operator.value)) {
        if (isOperators(element)) throw refuse(path, `a list of ${name} holds no operators`);
        checkOperand(element, below(path, element.name), refuse);
      }
    } else if (name === '$exists') {
      if (type !== BOOLEAN) throw refuse(path, '$exists has true or false');
    } else {
      throw refuse(path, `${name} is not offered here; ${OFFERED} are`);
    }
  }
}

function checkOperand({ type, value }: BsonField, path: string, refuse: Refuse): void {
  if (type === REGEX) throw refuse(path, 'a regular expression is not offered');
  if (type === UNDEFINED) throw refuse(path, 'nothing can be compared with undefined');
  if (type !== DOCUMENT) return;
  for (const { name } of fieldsOf(value)) {
    if (name.startsWith('$')) {
      throw refuse(below(path, name), `${name} can not stand inside a value that is compared`);
    }
  }
}
