import { encodeJson, type Write } from '@headrace/writer';
import { prepareChange, prepareInsert } from './dispatch.ts';
import type { Intake, WriteTerms } from './intake.ts';
import type { ListedCollection } from './listed-collections.ts';
import { readOperation } from './operation-line.ts';

/** Makes the write of a line of a `_bulk` request, or throws why it is none. */
export type LineWrites = (bytes: Buffer, number: number) => Write;

/** Whose the lines are and what their request says of all of them. */
export interface LineContext {
  readonly intake: Intake;
  readonly collection: ListedCollection;
  readonly terms: WriteTerms;
}

/** `lines=documents`: each line is a document to insert. */
export function documentLines({ intake, collection, terms }: LineContext): LineWrites {
  return (bytes, number) => {
    const document = encodeJson(bytes, collection);
    return prepareInsert(intake, collection, { document, terms: termsOfLine(terms, number) });
  };
}

/** `lines=operations`: each line is an operation, under a key of its own if it brings one. */
export function operationLines({ intake, collection, terms }: LineContext): LineWrites {
  return (bytes, number) => {
    const { key, ...operation } = readOperation(bytes, collection);
    const own = key === undefined ? termsOfLine(terms, number) : { ...terms, idempotencyKey: key };
    return 'change' in operation
      ? prepareChange(intake, collection, { change: operation.change, terms: own })
      : prepareInsert(intake, collection, { document: operation.document, terms: own });
  };
}

/** The idempotency key of line n is that of the request, a slash and n. */
function termsOfLine(terms: WriteTerms, number: number): WriteTerms {
  const { idempotencyKey } = terms;
  return idempotencyKey === undefined
    ? terms
    : { ...terms, idempotencyKey: `${idempotencyKey}/${number}` };
}
