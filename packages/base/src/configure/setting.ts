import { Type, type TSchemaOptions, type TString, type TUnsafe } from 'typebox';

/**
 * What reading a setting gave: its value, or what is wrong with it; undefined where nothing more is
 * to be said than what was expected.
 */
export type Reading<T> = { readonly value: T } | { readonly problem: string } | undefined;

/**
 * A schema as this room reads it: plain JSON Schema, and the annotations below. TypeBox's own types
 * describe values, not schemas, so the walkers look at schemas through this one.
 */
export interface SettingSchema {
  readonly type?: string;
  readonly description?: string;
  /** As it would be written in the file; read like anything written there. */
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, SettingSchema>>;
  readonly required?: readonly string[] | undefined;
  readonly patternProperties?: Readonly<Record<string, SettingSchema>>;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  /** What belongs here, as the end of the sentence "expected ...". */
  readonly expected?: string;
  /** Never printed, and readable from a file through the twin `<name>File`. */
  readonly secret?: true;
  /** Reads what is written into what the program uses. */
  readonly parse?: (written: unknown) => Reading<unknown>;
  /** The way back, for printing. */
  readonly print?: (value: unknown) => unknown;
  /** For a section whose names are free: what is wrong with a name, given all names beside it. */
  readonly checkName?: (name: string, names: readonly string[]) => string | undefined;
}

/** A text that is not shown; `<name>File` beside it names a file that holds it. */
export function Secret(options: TSchemaOptions & { readonly expected: string }): TString {
  return Type.String({ minLength: 1, ...options, secret: true });
}

/** A setting that is written one way and used another, such as `64MiB` and 67108864. */
export function Parsed<T>(
  options: TSchemaOptions & {
    readonly expected: string;
    readonly parse: (written: unknown) => Reading<T>;
    readonly print: (value: T) => unknown;
  },
): TUnsafe<T> {
  return Type.Unsafe<T>(options);
}

/** The one schema of all values in a section whose names are free; undefined for anything else. */
export function entrySchema(schema: SettingSchema): SettingSchema | undefined {
  return schema.patternProperties && Object.values(schema.patternProperties)[0];
}

/** Names and values, rather than one value. */
export function isSection(schema: SettingSchema): boolean {
  return schema.properties !== undefined || schema.patternProperties !== undefined;
}
