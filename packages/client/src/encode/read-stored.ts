/** A value of BSON that JavaScript has no type for, as Extended JSON v2 writes it. */
export type ExtendedValue = Readonly<Record<`$${string}`, unknown>>;

const NON_FINITE = new Set(['NaN', 'Infinity', '-Infinity']);

/** Reads what the gateway answers: dates become `Date`, numbers numbers, other types stay as told. */
export function readStored(text: string): unknown {
  return JSON.parse(text, (_name, value: unknown) => revive(value));
}

function revive(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const [name, second] = Object.keys(value);
  if (second !== undefined) return value;
  if (name === '$date') return date((value as { $date: unknown }).$date) ?? value;
  if (name !== '$numberDouble') return value;
  const digits = (value as { $numberDouble: unknown }).$numberDouble;
  return NON_FINITE.has(String(digits)) ? Number(digits) : value;
}

function date(told: unknown): Date | undefined {
  const long = (told as { $numberLong?: unknown } | null)?.$numberLong;
  const ms = typeof told === 'string' ? Date.parse(told) : Number(long);
  return Number.isNaN(ms) ? undefined : new Date(ms);
}
