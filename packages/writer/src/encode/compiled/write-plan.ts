import { INDEX_HEAD_BYTES, WORD_BYTES, fieldHead, type FieldHead } from './put-name.ts';
import { LEAF_WRITERS, type LeafKind } from './put-value.ts';
import type { SchemaNode } from './schema-node.ts';

/** How a value is written, before it becomes code or closures. */
export interface ValuePlan {
  readonly leaves: readonly LeafKind[];
  readonly object: ObjectPlan | undefined;
  readonly array: ArrayPlan | undefined;
  /** The schema says too little here to call another value a fall-back. */
  readonly isOpen: boolean;
}

export interface FieldPlan extends ValuePlan {
  readonly name: string;
  readonly head: FieldHead;
}

export interface ObjectPlan {
  readonly fields: readonly FieldPlan[];
  /** Bytes written without asking for room, whatever the values. */
  readonly fixedBytes: number;
}

export interface ArrayPlan {
  readonly element: ValuePlan;
  /** The same for one element; the array asks before each. */
  readonly elementBytes: number;
}

/** Length in front and NUL behind. */
const AROUND_BYTES = 5;

/** Plans how a document of this schema is written. */
export function planObject(node: SchemaNode): ObjectPlan {
  const fields = [...node.fields].map(([name, field]) => {
    return { name, head: fieldHead(name), ...planValue(field) };
  });
  const fixedBytes = fields.reduce(
    (sum, field) => sum + field.head.length + WORD_BYTES + fixedBytesOf(field),
    AROUND_BYTES,
  );
  return { fields, fixedBytes };
}

function planValue(node: SchemaNode): ValuePlan {
  const leaves = node.kinds.filter((kind) => kind !== 'object' && kind !== 'array');
  const hasObject = node.kinds.includes('object');
  const hasArray = node.kinds.includes('array');
  const object = hasObject && node.fields.size > 0 ? planObject(node) : undefined;
  const array = hasArray && node.items !== undefined ? planArray(node.items) : undefined;
  const isOpen =
    node.kinds.length === 0 ||
    (hasObject && object === undefined) ||
    (hasArray && array === undefined);
  return { leaves, object, array, isOpen };
}

function planArray(items: SchemaNode): ArrayPlan {
  const element = planValue(items);
  return { element, elementBytes: INDEX_HEAD_BYTES + fixedBytesOf(element) };
}

function fixedBytesOf({ leaves, object, array }: ValuePlan): number {
  const leafBytes = leaves.map((kind) => LEAF_WRITERS[kind].fixedBytes);
  const arrayBytes = array === undefined ? 0 : AROUND_BYTES + array.elementBytes;
  return Math.max(0, ...leafBytes, object?.fixedBytes ?? 0, arrayBytes);
}
