import { ARRAY, DOCUMENT, NULL } from '../element-type.ts';
import type { Arena } from './arena.ts';
import { carryOpen, carryOther, carryUnlisted } from './carry-value.ts';
import type { WriteArray, WriteObject, WriteRoot } from './object-writer.ts';
import { putHead, putIndexHead } from './put-name.ts';
import { LEAF_WRITERS } from './put-value.ts';
import { INHERITING, ODD, recordShape, VALUE_TESTS } from './value-tests.ts';
import type { ArrayPlan, FieldPlan, ObjectPlan, ValuePlan } from './write-plan.ts';

/** Writes the head of a field or element with this type; gives its end. */
type WriteHead = (arena: Arena, at: number, type: number) => number;
type WriteField = (arena: Arena, at: number, name: string, value: unknown) => number;

/**
 * Builds a writer out of closures: slower than generated code, for processes that forbid to generate
 * any (`--disallow-code-generation-from-strings`).
 */
export function buildClosures(plan: ObjectPlan): WriteRoot {
  const write = buildObject(plan, notingId);
  return (arena, document, reservedBytes) => {
    if (typeof document !== 'object' || document === null) return -1;
    const shape = recordShape(document);
    if (shape === ODD) return -1;
    arena.reservedBytes = '_id' in document ? 0 : reservedBytes;
    return write(arena, arena.start + arena.reservedBytes, document, shape);
  };
}

function buildObject(
  plan: ObjectPlan,
  around: (write: WriteField, name: string) => WriteField,
): WriteObject {
  const fields = new Map(
    plan.fields.map((field) => [field.name, around(buildField(field), field.name)]),
  );
  return (arena, at, value, shape) => {
    const record = value as Readonly<Record<string, unknown>>;
    let end = at + 4;
    for (const name in record) {
      if (shape === INHERITING && !Object.hasOwn(record, name)) continue;
      const write = fields.get(name) ?? carryUnlisted;
      end = write(arena, end, name, record[name]);
    }
    return close(arena, at, end);
  };
}

function buildField(field: FieldPlan): WriteField {
  const { head, name } = field;
  const writeHead: WriteHead = (arena, at, type) => putHead(arena, at, { head, type });
  const write = buildValue(field);
  return (arena, at, _, value) => write(writeHead, { arena, at, name, value });
}

/** Has the `_id` at the top remembered. */
function notingId(write: WriteField, name: string): WriteField {
  if (name !== '_id') return write;
  return (arena, at, _, value) => {
    arena.idAt = at;
    return (arena.idEnd = write(arena, at, name, value));
  };
}

function asItIs(write: WriteField): WriteField {
  return write;
}

function buildArray({ element, elementBytes }: ArrayPlan): WriteArray {
  const write = buildValue(element);
  return (arena, at, values) => {
    let end = at + 4;
    for (let i = 0; i < values.length; i++) {
      if (end + elementBytes > arena.limit) {
        arena.lacking += (values.length - i) * elementBytes;
        break;
      }
      const writeHead: WriteHead = (_, start, type) => {
        arena.bytes[start] = type;
        return putIndexHead(arena, start, i);
      };
      end = write(writeHead, { arena, at: end, name: String(i), value: values[i] });
    }
    return close(arena, at, end);
  };
}

interface Element {
  readonly arena: Arena;
  readonly at: number;
  readonly name: string;
  readonly value: unknown;
}

function buildValue(plan: ValuePlan): (writeHead: WriteHead, element: Element) => number {
  const leaves = plan.leaves.map((kind) => ({ test: VALUE_TESTS[kind], ...LEAF_WRITERS[kind] }));
  const writeObject = plan.object && buildObject(plan.object, asItIs);
  const writeArray = plan.array && buildArray(plan.array);
  const carry = plan.isOpen ? carryOpen : carryOther;
  return (writeHead, { arena, at, name, value }) => {
    for (const { test, type, put } of leaves) {
      if (!test(value)) continue;
      return put(arena, writeHead(arena, at, type), value as never);
    }
    if (value === null || value === undefined) return writeHead(arena, at, NULL);
    if (writeArray !== undefined && VALUE_TESTS.array(value)) {
      return writeArray(arena, writeHead(arena, at, ARRAY), value as readonly unknown[]);
    }
    if (writeObject !== undefined && typeof value === 'object') {
      const shape = recordShape(value);
      if (shape !== ODD) return writeObject(arena, writeHead(arena, at, DOCUMENT), value, shape);
    }
    return carry(arena, at, name, value);
  };
}

function close(arena: Arena, at: number, end: number): number {
  arena.bytes[end] = 0;
  arena.view.setInt32(at, end + 1 - at, true);
  return end + 1;
}
