/** Codes a problem may have. A test compares them with the tables of errors. */
type Codes = readonly string[];

/** A problem as an answer of a route: what it means, and every code it may have. */
export function problemAnswer(description: string, codes: Codes): object {
  const named = codes.map((code) => `\`${code}\``).join(', ');
  return {
    description: `${description} ${codes.length === 1 ? 'Code' : 'Codes'}: ${named}.`,
    content: { 'application/problem+json': { schema: { $ref: 'Problem#' } } },
  };
}

/** A problem that certainly wrote nothing and says when to send again. */
export function retryAnswer(description: string, codes: Codes): object {
  return {
    ...problemAnswer(description, codes),
    headers: {
      'Retry-After': { type: 'integer', description: 'Seconds; not with `tier-unsatisfiable`.' },
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
