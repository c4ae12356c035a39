/** Reading single values straight from BSON that is known to be right. */
export { readInt32 } from './bson-cursor.ts';
export { canonicalNumber } from './canonical-number.ts';
export { fieldsOf, type BsonField } from './change/bson-fields.ts';
export * as element from './element-type.ts';
export { valueEnd } from './value-extent.ts';
