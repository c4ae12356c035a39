const MS_PER_MINUTE = 60_000;
const MS_PER_DAY = 86_400_000;
const DAYS_IN_MONTH = Uint8Array.of(0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31);

/**
 * Reads `YYYY-MM-DDTHH:mm:ss(.fraction)(Z|+HH:MM|-HH:MM)` (RFC 3339) as milliseconds since 1970; NaN
 * for anything else: days that no calendar has, leap seconds, a fraction finer than milliseconds
 * (further zeros are fine), which would have to be cut.
 */
export function readDate(bytes: Uint8Array, start: number, end: number): number {
  if (end - start < 20) return NaN;
  const year = twoDigits(bytes, start) * 100 + twoDigits(bytes, start + 2);
  const month = twoDigits(bytes, start + 5);
  const day = twoDigits(bytes, start + 8);
  const hour = twoDigits(bytes, start + 11);
  const minute = twoDigits(bytes, start + 14);
  const second = twoDigits(bytes, start + 17);
  const separated =
    bytes[start + 4] === 0x2d &&
    bytes[start + 7] === 0x2d &&
    bytes[start + 10] === 0x54 &&
    bytes[start + 13] === 0x3a &&
    bytes[start + 16] === 0x3a;
  if (!separated || !(month >= 1 && month <= 12 && day >= 1)) return NaN;
  if (!(day <= daysInMonth(year, month) && hour < 24 && minute < 60 && second < 60)) return NaN;
  const ms =
    daysSince1970(year, month, day) * MS_PER_DAY + ((hour * 60 + minute) * 60 + second) * 1000;
  return ms + readFractionAndZone(bytes, start + 19, end);
}

function readFractionAndZone(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  let ms = 0;
  if (bytes[at] === 0x2e) {
    let worth = 100;
    const first = ++at;
    for (; at < end; at++) {
      const digit = (bytes[at] as number) - 0x30;
      if (digit < 0 || digit > 9) break;
      if (worth < 1 && digit !== 0) return NaN;
      if (worth >= 1) ms += digit * worth;
      worth = worth === 100 ? 10 : worth === 10 ? 1 : 0;
    }
    if (at === first) return NaN;
  }
  const zone = bytes[at];
  if (zone === 0x5a) return at + 1 === end ? ms : NaN;
  if ((zone !== 0x2b && zone !== 0x2d) || at + 6 !== end || bytes[at + 3] !== 0x3a) return NaN;
  const hours = twoDigits(bytes, at + 1);
  const minutes = twoDigits(bytes, at + 4);
  if (!(hours < 24 && minutes < 60)) return NaN;
  const offset = (hours * 60 + minutes) * MS_PER_MINUTE;
  return zone === 0x2d ? ms + offset : ms - offset;
}

function twoDigits(bytes: Uint8Array, at: number): number {
  const tens = (bytes[at] as number) - 0x30;
  const ones = (bytes[at + 1] as number) - 0x30;
  return tens < 0 || tens > 9 || ones < 0 || ones > 9 ? NaN : tens * 10 + ones;
}

function daysInMonth(year: number, month: number): number {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 && isLeap ? 29 : (DAYS_IN_MONTH[month] as number);
}

/** Days of the proleptic Gregorian calendar, counted in years that begin in March (H. Hinnant). */
function daysSince1970(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  return (
    y * 365 + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400) + dayOfYear - 719468
  );
}
