import { carryOpen, carryOther, carryUnlisted } from './carry-value.ts';
import { arraySource, objectSource, rootSource } from './generate-source.ts';
import { NO_NAME, type WriteArray, type WriteObject, type WriteRoot } from './object-writer.ts';
import { putIndexHead } from './put-name.ts';
import { putString } from './put-text.ts';
import { LEAF_WRITERS, type LeafKind } from './put-value.ts';
import { MAJOR_VERSION, TYPE, untaggedShape, VALUE_TESTS, VERSION } from './value-tests.ts';
import type { ArrayPlan, ObjectPlan } from './write-plan.ts';

const TOOLS = {
  tests: VALUE_TESTS,
  puts: Object.fromEntries(
    Object.entries(LEAF_WRITERS).map(([kind, { put }]) => [kind as LeafKind, put]),
  ),
  putString,
  putIndexHead,
  untaggedShape,
  carryOther,
  carryOpen,
  carryUnlisted,
  hasOwn: Object.hasOwn,
  TYPE,
  VERSION,
  MAJOR_VERSION,
};

/** Builds a writer by generating its code: a function for each object and array of the schema. */
export function buildGenerated(plan: ObjectPlan): WriteRoot {
  const build = generate(['tools', 'n0', rootSource()]);
  return build(TOOLS, buildObject(plan, true)) as WriteRoot;
}

function buildObject(plan: ObjectPlan, notesId: boolean): WriteObject {
  const inside = new Inside();
  const source = objectSource(plan, { notesId, nested: inside.add });
  const names = plan.fields.map(({ name }) => name);
  const places = new Map(names.map((name, i) => [name, i]));
  return inside.make(source, { ...TOOLS, names: [...names, NO_NAME], places }) as WriteObject;
}

function buildArray(plan: ArrayPlan): WriteArray {
  const inside = new Inside();
  return inside.make(arraySource(plan, inside.add), TOOLS) as WriteArray;
}

/** The writers that a piece of code calls for what is inside, under the names n0, n1 and so on. */
class Inside {
  readonly #writers: (WriteObject | WriteArray)[] = [];

  readonly add = (plan: ObjectPlan | ArrayPlan): number =>
    this.#writers.push('fields' in plan ? buildObject(plan, false) : buildArray(plan)) - 1;

  make(source: string, tools: object): unknown {
    const names = this.#writers.map((_, i) => `n${i}`);
    return generate(['tools', ...names, source])(tools, ...this.#writers);
  }
}

/** Whether this process lets code be generated from text. */
export function mayGenerate(): boolean {
  try {
    return generate(['return true;'])() === true;
  } catch (cause) {
    if (cause instanceof EvalError) return false;
    throw cause;
  }
}

type Generated = (...args: readonly unknown[]) => unknown;

/** `new Function`: the last text is the body, those before it name its parameters. */
function generate(texts: readonly string[]): Generated {
  return Reflect.construct(Function, texts) as Generated;
}
