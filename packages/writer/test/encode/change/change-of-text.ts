import { BSON, type Document } from 'bson';
import {
  encodeDeletion,
  encodeMergePatch,
  encodeReplacement,
  encodeUpdate,
} from '../../../src/encode/change/encode-change.ts';
import type { ChangeTarget } from '../../../src/encode/change/change-target.ts';
import type { Change } from '../../../src/writer-port.ts';
import { compileFieldTypes } from '../../../src/encode/field-types.ts';
import { parseIdText } from '../../../src/encode/id-value.ts';

/** What a shop's orders declare. */
export const orderTypes = compileFieldTypes({
  total: 'decimal',
  placedAt: 'date',
  count: 'int',
  tags: 'uuid',
  'lines.price': 'decimal',
});

type Terms = Partial<ChangeTarget>;

const target = (terms: Terms): ChangeTarget => ({
  id: parseIdText('o1', 'string'),
  types: orderTypes,
  ...terms,
});

export const merge = (json: string, terms: Terms = {}): Change =>
  encodeMergePatch(Buffer.from(json), target(terms));
export const update = (json: string, terms: Terms = {}): Change =>
  encodeUpdate(Buffer.from(json), target(terms));
export const replacement = (json: string, terms: Terms = {}): Change =>
  encodeReplacement(Buffer.from(json), target(terms));
export const deletion = (terms: Terms = {}): Change => encodeDeletion(target(terms));
export const under = (condition: string): Change => deletion({ condition });

/** The body as canonical Extended JSON, which tells every type. */
export function bodyOf(change: Change): Document {
  const document = BSON.deserialize(change.body, { promoteValues: false, bsonRegExp: true });
  return JSON.parse(BSON.EJSON.stringify(document, { relaxed: false })) as Document;
}
