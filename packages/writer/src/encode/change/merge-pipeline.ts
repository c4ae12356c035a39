import { DOCUMENT, NULL } from '../element-type.ts';
import { fieldsOf, type BsonField } from './bson-fields.ts';
import { BsonWriter } from './bson-writer.ts';

/**
 * Levels of a patch in one expression. A level of the patch takes three of the command, and a
 * server reads 200 at most: what lies deeper gets a stage of its own.
 */
const LEVELS_PER_STAGE = 32;
const ROOT = '$$ROOT';

/** A part of a patch, and the path of what it is merged into. */
interface Part {
  readonly target: string;
  readonly patch: Uint8Array;
}

/**
 * A merge patch (RFC 7396) as update pipeline: null removes, objects merge, everything else
 * replaces. `$set: {'a.b': 1}` would fail on `a: 5` and could not tell a dot in a name from a path.
 * Fields keep their places, new ones come behind in the order of the patch.
 * @param patch no name in it has a dot or begins with "$"; none is empty where an object stands
 * @returns BSON of an array
 */
export function mergePipeline(patch: Uint8Array): Uint8Array {
  return BsonWriter.document((writer) => {
    const deeper: Part[] = [];
    const merge = new MergeExpression(writer, deeper);
    writer.object('0', () => {
      merge.write('$replaceWith', { target: ROOT, patch }, 1);
    });
    for (let at = 0; at < deeper.length; at++) {
      const part = deeper[at] as Part;
      writer.object(String(at + 1), () => {
        writer.object('$set', () => {
          merge.write(part.target.slice(1), part, 1);
        });
      });
    }
  });
}

class MergeExpression {
  readonly #writer: BsonWriter;
  /** What is left for stages of its own. */
  readonly #deeper: Part[];

  constructor(writer: BsonWriter, deeper: Part[]) {
    this.#writer = writer;
    this.#deeper = deeper;
  }

  write(name: string, part: Part, level: number): void {
    const writer = this.#writer;
    const fields = [...fieldsOf(part.patch)];
    writer.object(name, () => {
      writer.array('$mergeObjects', () => {
        this.#writeBase(part.target, fields);
        let index = 1;
        for (const group of groupsOf(fields)) {
          const [first] = group;
          writer.object(String(index++), () => {
            if (first?.type === DOCUMENT) this.#writeBelow(part.target, first, level);
            else this.#writeLiterals(group);
          });
        }
      });
    });
  }

  #writeBelow(target: string, { name, value }: BsonField, level: number): void {
    const below = target === ROOT ? `$${name}` : `${target}.${name}`;
    const part = { target: below, patch: value };
    if (level < LEVELS_PER_STAGE) {
      this.write(name, part, level + 1);
      return;
    }
    this.#deeper.push(part);
    this.#writeObjectOrEmpty(name, below);
  }

  /** Without `$literal` the server would read texts that begin with "$" as paths. */
  #writeLiterals(fields: readonly BsonField[]): void {
    this.#writer.object('$literal', () => {
      for (const field of fields) this.#writer.value(field);
    });
  }

  /** What is merged into: the target, without the fields that the patch removes. */
  #writeBase(target: string, fields: readonly BsonField[]): void {
    const writer = this.#writer;
    const removed = fields.filter(({ type }) => type === NULL);
    if (removed.length === 0) {
      this.#writeObjectOrEmpty('0', target);
      return;
    }
    writer.object('0', () => {
      writer.object('$arrayToObject', () => {
        writer.object('$filter', () => {
          writer.object('input', () => {
            this.#writeObjectOrEmpty('$objectToArray', target);
          });
          writer.text('as', 'field');
          writer.object('cond', () => {
            this.#writeNoneOf(removed);
          });
        });
      });
    });
  }

  #writeNoneOf(removed: readonly BsonField[]): void {
    const writer = this.#writer;
    writer.array('$not', () => {
      writer.object('0', () => {
        writer.array('$in', () => {
          writer.text('0', '$$field.k');
          writer.object('1', () => {
            writer.array('$literal', () => {
              for (const [at, { name }] of removed.entries()) writer.text(String(at), name);
            });
          });
        });
      });
    });
  }

  /**
   * What is no object counts as an empty one. A path that leads through an array gives an array, so
   * nothing is taken from its elements.
   */
  #writeObjectOrEmpty(name: string, path: string): void {
    const writer = this.#writer;
    if (path === ROOT) {
      writer.text(name, ROOT);
      return;
    }
    writer.object(name, () => {
      writer.array('$cond', () => {
        writer.object('0', () => {
          writer.array('$eq', () => {
            writer.object('0', () => {
              writer.text('$type', path);
            });
            writer.text('1', 'object');
          });
        });
        writer.text('1', path);
        writer.object('2', () => {
          this.#writeLiterals([]);
        });
      });
    });
  }
}

/** The fields that are set, in their order: each object alone, values beside each other together. */
function groupsOf(fields: readonly BsonField[]): BsonField[][] {
  const groups: BsonField[][] = [];
  for (const field of fields) {
    if (field.type === NULL) continue;
    const last = groups.at(-1);
    const joins = last !== undefined && field.type !== DOCUMENT && last[0]?.type !== DOCUMENT;
    if (joins) last.push(field);
    else groups.push([field]);
  }
  return groups;
}
