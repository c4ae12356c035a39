import type { Document, UpdateFilter } from 'mongodb';

/** The type of the `_id`; unknown where the shape names none. */
export type IdOf<Shape> = Shape extends { _id: infer Id } ? Id : unknown;

/** One document by its `_id`. */
export interface IdFilter<Shape> {
  readonly _id: IdOf<Shape>;
}

/** One document by its `_id`, if its fields are so: values, or `$eq $ne $gt $gte $lt $lte $in $nin $exists`. */
export type ConditionalFilter<Shape> = IdFilter<Shape> & Document;

/** A document in place of another; its `_id` may be left out, as the filter names it. */
export type Replacement<Shape> = Omit<Shape, '_id'> & { readonly _id?: IdOf<Shape> };

type OfferedOperator =
  '$set' | '$unset' | '$inc' | '$mul' | '$min' | '$max' | '$push' | '$addToSet' | '$pull';

/** The update operators of the driver that are offered; unchecked where the shape names no fields. */
export type Update<Shape> = {
  readonly [Operator in OfferedOperator]?: string extends keyof Shape
    ? Document
    : UpdateFilter<Shape>[Operator];
};

/** Values with no fields of their own to go into. */
type Whole =
  | string
  | number
  | boolean
  | bigint
  | null
  | undefined
  | Date
  | RegExp
  | Uint8Array
  | readonly unknown[]
  | { readonly _bsontype: unknown };

/** RFC 7396: a field is set, gone into, or removed with null; arrays are replaced. */
export type MergePatch<Shape> = {
  readonly [Field in keyof Shape]?: Shape[Field] extends Whole
    ? Shape[Field] | null
    : MergePatch<Shape[Field]> | null;
};
