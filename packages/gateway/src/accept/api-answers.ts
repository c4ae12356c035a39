/** A problem as an answer of a route. */
export function problemAnswer(description: string): object {
  return {
    description,
    content: { 'application/problem+json': { schema: { $ref: 'Problem#' } } },
  };
}

/** A problem that certainly wrote nothing and says when to send again. */
export function retryAnswer(description: string): object {
  return {
    ...problemAnswer(description),
    headers: {
      'Retry-After': { type: 'integer', description: 'Seconds; not with tier-unsatisfiable.' },
    },
  };
}

/** A body of a shared schema as an answer. */
export function sharedAnswer(
  description: string,
  shared: string,
  type = 'application/json',
): object {
  return { description, content: { [type]: { schema: { $ref: `${shared}#` } } } };
}
