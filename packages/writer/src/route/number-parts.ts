import { canonicalNumber, valueEnd } from '../encode/raw-value-port.ts';
import type { RawValue } from './raw-value.ts';

/** A finite number as digits * 10^power, the digits without zeros in front or at the end. */
export interface NumberParts {
  readonly isNegative: boolean;
  /** Empty for zero; its power says nothing. */
  readonly digits: string;
  readonly power: number;
}

/** The exact value of a BSON number; NaN and the infinities as numbers of JavaScript. */
export function partsOfNumber({ type, bytes, at }: RawValue): NumberParts | number {
  const text = canonicalNumber(type, bytes.subarray(at, valueEnd(bytes, type, at)));
  if (text === 'NaN' || text.endsWith('Infinity')) return Number(text);
  const isNegative = text.startsWith('-');
  const [plain = '', exponent = '0'] = (isNegative ? text.slice(1) : text).split('e');
  let last = plain.length;
  while (plain[last - 1] === '0') last -= 1;
  return {
    isNegative,
    digits: plain.slice(0, last),
    power: Number(exponent) + plain.length - last,
  };
}
