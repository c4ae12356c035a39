import { writerErrors } from '../../errors.ts';
import type { Change } from '../../writer-port.ts';
import { canonicalId } from '../canonical-id.ts';
import { documentBytes, placeId, type EncodedDocument, type IdValue } from '../encoded-document.ts';
import { idElement } from '../id-value.ts';
import { changeBody } from './change-body.ts';
import { checkCondition } from './condition-check.ts';
import { checkMergePatch } from './merge-check.ts';
import { checkUpdate } from './update-check.ts';

/** What a change is meant for, its condition as BSON. */
export interface EncodedTarget {
  readonly id: IdValue;
  readonly upsert?: boolean | undefined;
  readonly condition?: Uint8Array | undefined;
}

const ID_NAME_BYTES = 5;

/** @param patch encoded without room; its own `_id`, if it is the target's, is left out */
export function mergeChange(patch: EncodedDocument, target: EncodedTarget): Change {
  const merge = withoutId(patch, target.id);
  checkMergePatch(merge);
  const { id, condition, upsert = false } = checkedTarget(target);
  const body = changeBody(id, { merge, condition });
  return { op: 'patch', id, body, upsert, needsKey: false };
}

export function updateChange(update: Uint8Array, target: EncodedTarget): Change {
  const needsKey = checkUpdate(update);
  const { id, condition, upsert = false } = checkedTarget(target);
  const body = changeBody(id, { update, condition });
  return { op: 'patch', id, body, upsert, needsKey };
}

/** @param document encoded with `roomForId(target.id)` bytes of room */
export function replaceChange(document: EncodedDocument, target: EncodedTarget): Change {
  const { id, condition, upsert = false } = target;
  if (condition !== undefined) {
    const reason = 'a replacement takes no condition; send a patch';
    throw writerErrors.create('bad-condition', { path: '/', reason });
  }
  if (document.id !== undefined) refuseOtherId(document.id, id);
  const body =
    document.id === undefined ? placeId(document, idElement(id)) : documentBytes(document);
  return { op: 'replace', id, body, upsert, needsKey: false };
}

export function deleteChange(target: EncodedTarget): Change {
  const { id, condition } = checkedTarget(target);
  return { op: 'delete', id, body: changeBody(id, { condition }), upsert: false, needsKey: false };
}

/** Bytes of the element `_id` with this value. */
export function roomForId(id: IdValue): number {
  return ID_NAME_BYTES + id.value.length;
}

function checkedTarget(target: EncodedTarget): EncodedTarget {
  if (target.condition !== undefined) checkCondition(target.condition);
  return target;
}

function withoutId(patch: EncodedDocument, target: IdValue): Uint8Array {
  const document = documentBytes(patch);
  if (patch.id === undefined) return document;
  refuseOtherId(patch.id, target);
  const idEnd = 4 + roomForId(patch.id);
  const rest = Buffer.from(document.subarray(idEnd - 4));
  rest.writeInt32LE(rest.length, 0);
  return rest;
}

function refuseOtherId(given: IdValue, target: IdValue): void {
  if (canonicalId(given) !== canonicalId(target)) {
    throw writerErrors.create('id-change', { path: '/_id' });
  }
}
