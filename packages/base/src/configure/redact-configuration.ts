import type { TObject } from 'typebox';
import { entrySchema, type SettingSchema } from './setting.ts';

/**
 * A resolved configuration as it may be shown: secrets hidden, everything else as it would be
 * written in the file. Of a URI only what identifies somebody's secret is hidden.
 */
export function redactConfiguration(schema: TObject, resolved: unknown): unknown {
  return show(schema, resolved);
}

function show(schema: SettingSchema, value: unknown): unknown {
  if (schema.secret) return hideSecret(String(value));
  if (schema.print) return schema.print(value);
  if (typeof value !== 'object' || value === null) return value;
  const entry = entrySchema(schema);
  const shown: [string, unknown][] = [];
  for (const [name, child] of Object.entries(value)) {
    const childSchema = schema.properties?.[name] ?? entry;
    // A value the schema does not know is left out: it might be a secret.
    if (childSchema) shown.push([name, show(childSchema, child)]);
  }
  return Object.fromEntries(shown);
}

const HIDDEN = '***';

/** `mongodb://user:***@host/`; a secret that is no URI is hidden whole. */
export function hideSecret(secret: string): string {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(secret)) return HIDDEN;
  return (
    secret
      // Up to the last @: passwords with an unescaped @ or / in them exist. A host that is taken for
      // part of one is hidden for nothing, which costs less than half a password shown.
      .replace(/^([a-z][a-z0-9+.-]*:\/\/[^:@/]*):.*@/is, `$1:${HIDDEN}@`)
      .replace(
        /([?&][^=&]*(?:password|secret|token|authMechanismProperties)[^=&]*=)[^&]*/gi,
        `$1${HIDDEN}`,
      )
  );
}
