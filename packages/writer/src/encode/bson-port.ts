/** What other steps may ask of BSON; see each function for its promise. */
export { canonicalId } from './canonical-id.ts';
export { type BsonField } from './change/bson-fields.ts';
export { conditionOf, updateOfPatch } from './change/change-statement.ts';
export { BINARY, DATE, DOCUMENT, INT32, STRING, UUID_SUBTYPE } from './element-type.ts';
export { documentBytes, placeId, type EncodedDocument, type IdValue } from './encoded-document.ts';
export { idForFilter, idOfDocument } from './id-of-document.ts';
export { sameDocument } from './same-document.ts';
export { madeIdBytes, makeIdElement, uuidText, type IdType } from './id-value.ts';
