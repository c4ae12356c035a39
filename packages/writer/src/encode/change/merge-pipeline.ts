import type { Document } from 'bson';

/**
 * Levels of a patch in one expression. A level of the patch takes three of the command, and a
 * server reads 200 at most: what lies deeper gets a stage of its own.
 */
const LEVELS_PER_STAGE = 32;

/**
 * A merge patch (RFC 7396) as update pipeline: null removes, objects merge, everything else
 * replaces. `$set: {'a.b': 1}` would fail on `a: 5` and could not tell a dot in a name from a path.
 * Fields keep their places, new ones come behind in the order of the patch.
 * @param patch no name in it has a dot or begins with "$"; none is empty where an object stands
 */
export function mergePipeline(patch: Document): Document[] {
  const stages: Document[] = [];
  const deeper: { path: string; patch: Document }[] = [];
  const merged = (target: string, fields: Document, level: number): Document => {
    const removed = Object.keys(fields).filter((name) => fields[name] === null);
    const base = target === '$$ROOT' ? target : objectOrEmpty(target);
    const parts: unknown[] = [removed.length === 0 ? base : without(base, removed)];
    for (const [name, value] of Object.entries(fields)) {
      if (value === null) continue;
      if (!isObject(value)) {
        parts.push({ $literal: { [name]: value as unknown } });
        continue;
      }
      const below = target === '$$ROOT' ? `$${name}` : `${target}.${name}`;
      const isCut = level === LEVELS_PER_STAGE;
      if (isCut) deeper.push({ path: below.slice(1), patch: value });
      parts.push({ [name]: isCut ? objectOrEmpty(below) : merged(below, value, level + 1) });
    }
    return { $mergeObjects: parts };
  };
  stages.push({ $replaceWith: merged('$$ROOT', patch, 1) });
  for (const { path, patch: fields } of deeper) {
    stages.push({ $set: { [path]: merged(`$${path}`, fields, 1) } });
  }
  return stages;
}

/** What is no object counts as an empty one. Below an array a path gives an array, so never an object. */
function objectOrEmpty(path: string): Document {
  return { $cond: [{ $eq: [{ $type: path }, 'object'] }, path, { $literal: {} }] };
}

function without(object: unknown, names: readonly string[]): Document {
  const cond = { $not: [{ $in: ['$$field.k', { $literal: names }] }] };
  return {
    $arrayToObject: [{ $filter: { input: { $objectToArray: object }, as: 'field', cond } }],
  };
}

function isObject(value: unknown): value is Document {
  return (
    typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
  );
}
