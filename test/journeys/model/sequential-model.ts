/** What the model knows of a stored document; undefined where there is none. */
export type ModelDocument = {
  readonly n: number;
  readonly s: string | undefined;
  /** Names the operation that inserted or replaced it, so that no two documents are equal. */
  readonly by: string;
};
export type ModelState = ModelDocument | undefined;

/** One operation on one document. */
export type ModelOperation =
  | { readonly kind: 'insert' | 'replace' | 'upsert'; readonly by: string }
  | { readonly kind: 'merge'; readonly s: string | null }
  | { readonly kind: 'mergeIf'; readonly s: string; readonly ifS: string }
  | { readonly kind: 'increment'; readonly by: number }
  | { readonly kind: 'delete' }
  | { readonly kind: 'deleteIf'; readonly ifS: string };

/** What an operation does to a document, and the status it is answered with. */
export interface Step {
  readonly state: ModelState;
  readonly status: number;
}

/** The sequential model: one operation after the other, nothing at the same time. */
export function step(state: ModelState, operation: ModelOperation): Step {
  switch (operation.kind) {
    case 'insert':
      return state === undefined ? made(operation.by, 201) : { state, status: 409 };
    case 'replace':
      return state === undefined ? absent : made(operation.by, 200);
    case 'upsert':
      return made(operation.by, state === undefined ? 201 : 200);
    case 'merge':
      return onStored(state, (stored) => ({ ...stored, s: operation.s ?? undefined }));
    case 'mergeIf':
      return onMatch(state, operation.ifS, (stored) => ({ ...stored, s: operation.s }));
    case 'increment':
      return onStored(state, (stored) => ({ ...stored, n: stored.n + operation.by }));
    case 'delete':
      return onStored(state, () => undefined);
    case 'deleteIf':
      return onMatch(state, operation.ifS, () => undefined);
  }
}

const absent: Step = { state: undefined, status: 404 };

function made(by: string, status: number): Step {
  return { state: { n: 0, s: undefined, by }, status };
}

function onStored(state: ModelState, change: (stored: ModelDocument) => ModelState): Step {
  return state === undefined ? absent : { state: change(state), status: 200 };
}

function onMatch(
  state: ModelState,
  ifS: string,
  change: (stored: ModelDocument) => ModelState,
): Step {
  if (state !== undefined && state.s !== ifS) return { state, status: 412 };
  return onStored(state, change);
}
