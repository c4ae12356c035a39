import type { Change } from '../../writer-port.ts';
import { encodeBson } from '../encode-bson.ts';
import { checkEncoding, encodeJson } from '../encode-json.ts';
import { MAX_DOCUMENT_BYTES } from '../encoded-document.ts';
import type { FieldTypes } from '../field-types.ts';
import { JsonScan } from '../json-scan.ts';
import type { ChangeTarget } from './change-target.ts';
import {
  deleteChange,
  mergeChange,
  replaceChange,
  roomForId,
  updateChange,
  type EncodedTarget,
} from './compose-change.ts';
import { writeCondition, writeUpdate } from './operator-json.ts';

/** One for all calls: reading is synchronous, and every result is copied out of it. */
const scan = new JsonScan();

/**
 * Reads a merge patch (RFC 7396): null removes, objects merge, everything else replaces.
 * Throws what `encodeJson` throws, `bad-condition` and `id-change`.
 * @param json text in UTF-8
 */
export function encodeMergePatch(json: Uint8Array, target: ChangeTarget): Change {
  const patch = encodeJson(json, { reservedBytes: 0, types: target.types });
  return mergeChange(patch, encodedTarget(target));
}

/**
 * Reads an update with `$set $unset $inc $mul $min $max $push $addToSet $pull`.
 * Throws what `encodeJson` throws, `bad-patch`, `bad-condition` and `id-change`.
 * @param json text in UTF-8
 */
export function encodeUpdate(json: Uint8Array, target: ChangeTarget): Change {
  return updateChange(readJson(json, target.types, writeUpdate), encodedTarget(target));
}

/**
 * Reads a whole document; its `_id` may be left out.
 * Throws what `encodeJson` throws and `id-change`.
 * @param json text in UTF-8
 */
export function encodeReplacement(json: Uint8Array, target: ChangeTarget): Change {
  const { id, types } = target;
  const document = encodeJson(json, { reservedBytes: roomForId(id), types });
  return replaceChange(document, encodedTarget(target));
}

/** The same from BSON. Throws what `encodeBson` throws and `id-change`. */
export function encodeBsonReplacement(bytes: Uint8Array, target: ChangeTarget): Change {
  const document = encodeBson(bytes, { reservedBytes: roomForId(target.id) });
  return replaceChange(document, encodedTarget(target));
}

/** Throws what `encodeJson` throws for the condition, and `bad-condition`. */
export function encodeDeletion(target: ChangeTarget): Change {
  return deleteChange(encodedTarget(target));
}

function encodedTarget(target: ChangeTarget): EncodedTarget {
  const { id, types, upsert, condition } = target;
  if (condition === undefined) return { id, upsert };
  return { id, upsert, condition: readJson(Buffer.from(condition), types, writeCondition) };
}

function readJson(
  text: Uint8Array,
  types: FieldTypes,
  write: (scan: JsonScan, types: FieldTypes) => void,
): Uint8Array {
  checkEncoding(text);
  try {
    scan.begin(text, MAX_DOCUMENT_BYTES);
    if (scan.peek() !== 0x7b) throw scan.badJson('an object is expected, beginning with "{"');
    write(scan, types);
    if (scan.peek() !== -1) throw scan.badJson('something stands behind the object');
    return Buffer.from(scan.out.subarray(0, scan.size));
  } finally {
    scan.release();
  }
}
