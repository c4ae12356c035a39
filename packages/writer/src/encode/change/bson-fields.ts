import { ARRAY, DOCUMENT } from '../element-type.ts';
import { valueEnd } from '../value-extent.ts';

/** One field of a document in BSON that is known to be right. */
export interface BsonField {
  readonly name: string;
  readonly type: number;
  /** The raw bytes of the value; a view. */
  readonly value: Uint8Array;
}

/** The fields of a document, or the elements of an array, in their order. */
export function* fieldsOf(document: Uint8Array): Generator<BsonField> {
  for (let at = 4; at < document.length - 1;) {
    const type = document[at] as number;
    const nameEnd = document.indexOf(0, at + 1);
    const end = valueEnd(document, type, nameEnd + 1);
    const name = Buffer.from(document.subarray(at + 1, nameEnd)).toString('utf8');
    yield { name, type, value: document.subarray(nameEnd + 1, end) };
    at = end;
  }
}

/** Whether a value is an object of operators: one whose first name begins with "$". */
export function isOperators(field: BsonField): boolean {
  return field.type === DOCUMENT && field.value[4] !== 0 && field.value[5] === 0x24;
}

/** The JSON pointer (RFC 6901) to `name` below `pointer`. */
export function below(pointer: string, name: string): string {
  return `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** Visits every field of an object and of what lies in it; elements of arrays have no name. */
export function walkNamed(
  { type, value }: Pick<BsonField, 'type' | 'value'>,
  at: string,
  visit: (field: BsonField, path: string) => void,
): void {
  if (type !== DOCUMENT && type !== ARRAY) return;
  for (const field of fieldsOf(value)) {
    const path = below(at, field.name);
    if (type === DOCUMENT) visit(field, path);
    walkNamed(field, path, visit);
  }
}
