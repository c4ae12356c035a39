import type { LeafKind } from './put-value.ts';

/**
 * The kinds that most documents are made of, as source: `v` is the value, `p` where it goes, `b` and
 * `d` are the arena's bytes and view. The others call what closures call. `test` says the same as
 * `VALUE_TESTS`, `put` the same as `LEAF_WRITERS`; one set of tests runs over both.
 */
export const KIND_SOURCES: Readonly<Partial<Record<LeafKind, { test: string; put: string }>>> = {
  string: { test: `typeof v === 'string'`, put: 'p = putString(a, p, v);' },
  int: {
    test: `typeof v === 'number' && (v | 0) === v && (v !== 0 || 1 / v > 0)`,
    put: 'd.setInt32(p, v, true); p += 4;',
  },
  double: { test: `typeof v === 'number'`, put: 'd.setFloat64(p, v, true); p += 8;' },
  bool: { test: `typeof v === 'boolean'`, put: 'b[p++] = v ? 1 : 0;' },
};
