import { ObjectId } from 'mongodb';

const before =
  '{"$set":{"status":"paid","paidAt":{"$date":"2026-01-02T03:04:05.678Z"},"reference":';
const after = '}}';
const firstNumber = 10_000_000;

/** A patch: this text with a number of 8 digits in its middle, another one each time. */
export const patchText = {
  before,
  after,
  firstNumber,
  bytes: before.length + String(firstNumber).length + after.length,
} as const;

/** @param number an offset from the first */
export function patchBody(number: number): string {
  return `${before}${firstNumber + number}${after}`;
}

/** The `_id` of the n-th patched document, from 1. */
export function patchedId(nth: number): ObjectId {
  return ObjectId.createFromHexString(nth.toString(16).padStart(24, '0'));
}

/** The same in Lua. @param nth an expression */
export function luaPatchedId(nth: string): string {
  return `string.format("%024x", ${nth})`;
}
