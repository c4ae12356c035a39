import { isSection, type SettingSchema } from './setting.ts';

/** What belongs at a place of the configuration, as the end of the sentence "expected ...". */
export function expectedText(schema: SettingSchema): string {
  if (schema.expected !== undefined) return schema.expected;
  if (isSection(schema)) return 'a section of names and values';
  if (schema.enum) return oneOf(schema.enum.map(String));
  if (schema.type === 'integer') return `a whole number${rangeText(schema)}`;
  if (schema.type === 'boolean') return 'true or false';
  return 'a text';
}

/** What was written instead. Never called with a secret. */
export function foundText(written: unknown): string {
  if (written === undefined || written === null) return 'nothing';
  if (Array.isArray(written)) return 'a list';
  if (typeof written === 'object') return 'a section of names and values';
  const text = JSON.stringify(written);
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}...` : text;
}

const MAX_SHOWN = 60;

/** `a`, `a or b`, `a, b or c`. */
export function oneOf(words: readonly string[]): string {
  const head = words.slice(0, -1).join(', ');
  const last = words.at(-1) ?? '';
  return head === '' ? last : `${head} or ${last}`;
}

function rangeText({ minimum, maximum }: SettingSchema): string {
  if (minimum !== undefined && maximum !== undefined) {
    return ` from ${String(minimum)} to ${String(maximum)}`;
  }
  if (minimum !== undefined) return ` of at least ${String(minimum)}`;
  return maximum === undefined ? '' : ` of at most ${String(maximum)}`;
}
