import type { Static, TObject } from 'typebox';
import { Check } from 'typebox/value';
import { badConfiguration, type ConfigurationProblem } from './bad-configuration.ts';
import { expectedText, foundText } from './expected-text.ts';
import { nearestName } from './nearest-name.ts';
import { entrySchema, isSection, type SettingSchema } from './setting.ts';
import { joinPath } from './setting-path.ts';

/** What is needed to turn what somebody wrote into what the program uses. */
export interface ResolveRequest<Schema extends TObject> {
  readonly schema: Schema;
  /** The configuration as written, parsed into plain objects; never changed. */
  readonly raw: unknown;
  /** Reads the file a `<name>File` setting names; its text is trimmed. */
  readonly readFile: (path: string) => string;
  /** Begins the error's text, such as `./headrace.yaml`. */
  readonly source?: string;
}

interface Resolving {
  readonly problems: ConfigurationProblem[];
  readonly readFile: (path: string) => string;
}

type Written = Readonly<Record<string, unknown>>;

/** A place in the configuration: its schema, and the path that names it in problems. */
interface Place {
  readonly schema: SettingSchema;
  readonly path: string;
}

/**
 * Raw to resolved: fills in defaults, reads secrets from their files, parses what has a written
 * form, and freezes the result, all the way down. Nothing is coerced and nothing is adjusted.
 * @throws HeadraceError `bad-configuration` with every problem at once
 */
export function resolveConfiguration<Schema extends TObject>(
  request: ResolveRequest<Schema>,
): Static<Schema> {
  const resolving: Resolving = { problems: [], readFile: request.readFile };
  const root: Place = { schema: request.schema, path: '' };
  const resolved = resolveValue(resolving, root, request.raw);
  if (resolving.problems.length > 0) throw badConfiguration(resolving.problems, request.source);
  return deepFreeze(resolved) as Static<Schema>;
}

/** Undefined only after a problem has been noted. */
function resolveValue(resolving: Resolving, place: Place, written: unknown): unknown {
  const { schema, path } = place;
  if (isSection(schema)) {
    if (isPlainObject(written)) {
      return schema.properties
        ? resolveProperties(resolving, place, written)
        : resolveEntries(resolving, place, written);
    }
  } else if (schema.parse) {
    const reading = schema.parse(written);
    if (reading && 'value' in reading) return reading.value;
    if (reading) {
      resolving.problems.push({ path, text: reading.problem });
      return undefined;
    }
  } else if (Check(schema, written)) {
    return written;
  }
  const found =
    schema.secret && typeof written === 'string' ? 'something else' : foundText(written);
  resolving.problems.push({ path, text: `expected ${expectedText(schema)}, found ${found}` });
  return undefined;
}

function resolveProperties(resolving: Resolving, place: Place, written: Written): unknown {
  refuseUnknownNames(resolving, place, written);
  const resolved: Record<string, unknown> = {};
  for (const name of Object.keys(place.schema.properties ?? {})) {
    const value = resolveProperty(resolving, place, { name, written });
    if (value !== undefined) resolved[name] = value;
  }
  return resolved;
}

function resolveProperty(
  resolving: Resolving,
  parent: Place,
  { name, written }: { readonly name: string; readonly written: Written },
): unknown {
  const schema = parent.schema.properties?.[name] ?? {};
  const place = { schema, path: joinPath(parent.path, name) };
  const twin = `${name}File`;
  if (schema.secret && written[twin] !== undefined) {
    return resolveSecretFile(resolving, place, { inline: written[name], file: written[twin] });
  }
  if (written[name] !== undefined) return resolveValue(resolving, place, written[name]);
  if (schema.default !== undefined) return resolveValue(resolving, place, schema.default);
  if (!parent.schema.required?.includes(name)) return undefined;
  if (isSection(schema)) return resolveValue(resolving, place, {});
  const twinText = schema.secret ? ` (or ${twin}, naming a file that holds it)` : '';
  const text = `missing; expected ${expectedText(schema)}${twinText}`;
  resolving.problems.push({ path: place.path, text });
  return undefined;
}

function resolveSecretFile(
  resolving: Resolving,
  { schema, path }: Place,
  { inline, file }: { readonly inline: unknown; readonly file: unknown },
): unknown {
  const note = (text: string): void => {
    resolving.problems.push({ path: `${path}File`, text });
  };
  if (inline !== undefined) {
    note(`both ${path} and ${path}File are given; keep one`);
  } else if (typeof file !== 'string' || file === '') {
    note(`expected the path of a file, found ${foundText(file)}`);
  } else {
    try {
      const secret = resolving.readFile(file).trim();
      if (Check(schema, secret)) return secret;
      note(
        `expected ${expectedText(schema)} in the file ${file}, found ${secret === '' ? 'nothing' : 'something else'}`,
      );
    } catch (cause) {
      note(
        `can not read the file ${file}: ${cause instanceof Error ? cause.message : String(cause)}`,
      );
    }
  }
  return undefined;
}

function resolveEntries(resolving: Resolving, place: Place, written: Written): unknown {
  const schema = entrySchema(place.schema) ?? {};
  const names = Object.keys(written);
  // No prototype: a name somebody asks for, such as "constructor", is there only when it was written.
  const resolved = Object.create(null) as Record<string, unknown>;
  for (const name of names) {
    const path = joinPath(place.path, name);
    const wrong = place.schema.checkName?.(name, names);
    if (wrong !== undefined) resolving.problems.push({ path, text: wrong });
    resolved[name] = resolveValue(resolving, { schema, path }, written[name]);
  }
  return resolved;
}

function refuseUnknownNames(resolving: Resolving, { schema, path }: Place, written: Written): void {
  const known = Object.entries(schema.properties ?? {}).flatMap(([name, child]) =>
    child.secret ? [name, `${name}File`] : [name],
  );
  for (const name of Object.keys(written).filter((written) => !known.includes(written))) {
    const nearest = nearestName(name, known);
    const fix =
      nearest === undefined ? `known here: ${known.join(', ')}` : `did you mean ${nearest}?`;
    const problem = { path: joinPath(path, name), text: `unknown name; ${fix}` };
    resolving.problems.push(nearest === undefined ? problem : { ...problem, nearest });
  }
}

function isPlainObject(value: unknown): value is Written {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function deepFreeze(value: unknown): unknown {
  if (typeof value === 'object' && value !== null) {
    Object.values(value).forEach(deepFreeze);
    Object.freeze(value);
  }
  return value;
}
