import type { ExtendedValue } from './encode/read-stored.ts';

/** A value of the `bson` package, whichever version. */
export interface BsonValue {
  readonly _bsontype: unknown;
}

/** Values with no fields of their own to go into. */
type Whole =
  string | number | boolean | bigint | null | undefined | Date | RegExp | Uint8Array | BsonValue;

/** The type of the `_id`; unknown where the shape names none. */
export type IdOf<Shape> = Shape extends { _id: infer Id } ? Id : unknown;

/** A path into a document, which no type can check. */
type Dotted = Readonly<Record<`${string}.${string}`, unknown>>;

/** What a condition may ask of one field. */
export interface Comparison<Value> {
  readonly $eq?: Value;
  readonly $ne?: Value;
  readonly $gt?: Value;
  readonly $gte?: Value;
  readonly $lt?: Value;
  readonly $lte?: Value;
  readonly $in?: readonly Value[];
  readonly $nin?: readonly Value[];
  readonly $exists?: boolean;
}

/** One document by its `_id`. */
export interface IdFilter<Shape> {
  readonly _id: IdOf<Shape>;
}

/** One document by its `_id`, if its fields are so. */
export type ConditionalFilter<Shape> = IdFilter<Shape> &
  Dotted & {
    readonly [Field in Exclude<keyof Shape, '_id'>]?:
      Shape[Field] | Comparison<Shape[Field]> | undefined;
  };

/** A document in place of another; its `_id` may be left out, as the filter names it. */
export type Replacement<Shape> = Omit<Shape, '_id'> & { readonly _id?: IdOf<Shape> };

type Fields<Shape, Value = never> = Dotted & {
  readonly [Field in Exclude<keyof Shape, '_id'>]?: [Value] extends [never] ? Shape[Field] : Value;
};

type Elements<Shape> = Dotted & {
  readonly [Field in Exclude<keyof Shape, '_id'>]?: Shape[Field] extends
    readonly (infer Element)[] | undefined
    ? Element | { readonly $each: readonly Element[] }
    : never;
};

/** The operators of an update that the gateway takes. */
export interface Update<Shape> {
  readonly $set?: Fields<Shape>;
  readonly $unset?: Fields<Shape, '' | true | 1>;
  readonly $inc?: Fields<Shape, number | bigint | BsonValue>;
  readonly $mul?: Fields<Shape, number | bigint | BsonValue>;
  readonly $min?: Fields<Shape>;
  readonly $max?: Fields<Shape>;
  readonly $push?: Elements<Shape>;
  readonly $addToSet?: Elements<Shape>;
  readonly $pull?: Dotted & { readonly [Field in Exclude<keyof Shape, '_id'>]?: unknown };
}

/** RFC 7396: a field is set, gone into, or removed with null; arrays are replaced. */
export type MergePatch<Shape> = {
  readonly [Field in keyof Shape]?: Shape[Field] extends Whole | readonly unknown[]
    ? Shape[Field] | null
    : MergePatch<Shape[Field]> | null;
};

/** A document as it is read: what JavaScript has no type for stays Extended JSON. */
export type Stored<Value> = Value extends string | number | boolean | null | undefined | Date
  ? Value
  : Value extends bigint
    ? number | ExtendedValue
    : Value extends RegExp | Uint8Array | BsonValue
      ? ExtendedValue
      : Value extends readonly (infer Element)[]
        ? Stored<Element>[]
        : Value extends object
          ? { [Field in keyof Value]: Stored<Value[Field]> }
          : Value;
