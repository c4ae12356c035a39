/** Most levels of nesting, the document itself being the first: what MongoDB stores for certain. */
export const MAX_DEPTH = 100;

const LONGEST_POINTER = 512;

/**
 * Where a reader stands: per level, the offset of the current field's name in the BSON bytes.
 * Noting it costs one store a field; the JSON pointer is only built for an error.
 */
export class FieldPath {
  depth = 0;
  /** Offset of the NUL-ended name of the current field, by level; its type byte stands before it. */
  readonly nameAt = new Int32Array(MAX_DEPTH + 1);

  /** The JSON pointer (RFC 6901) to the current field; cut when very long. */
  pointer(bytes: Uint8Array): string {
    let pointer = '';
    for (let level = 1; level <= this.depth && pointer.length <= LONGEST_POINTER; level++) {
      const start = this.nameAt[level] as number;
      const end = Math.min(bytes.indexOf(0, start), start + LONGEST_POINTER);
      const name = Buffer.from(bytes.subarray(start, end)).toString('utf8');
      pointer += `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    }
    return pointer.length > LONGEST_POINTER ? `${pointer.slice(0, LONGEST_POINTER)}…` : pointer;
  }
}
