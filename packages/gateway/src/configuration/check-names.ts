/** Databases that belong to the server itself. */
const SYSTEM_DATABASES = ['admin', 'config', 'local'];
/** MongoDB's limits, both in bytes of UTF-8. */
const MAX_DATABASE_BYTES = 63;
const MAX_NAMESPACE_BYTES = 255;
/** As deep as a document may be nested. */
const MAX_DEPTH = 100;

/** What is wrong with `database.collection`; undefined when writes to it can be allowed. */
export function namespaceProblem(namespace: string): string | undefined {
  const dot = namespace.indexOf('.');
  const database = namespace.slice(0, Math.max(dot, 0));
  const collection = namespace.slice(dot + 1);
  if (database === '' || collection === '') {
    return 'expected database.collection, such as shop.orders';
  }
  if (SYSTEM_DATABASES.includes(database.toLowerCase())) {
    return `${database} is a database of the server itself and takes no writes from here`;
  }
  if (/[/\\ "$*<>:|?\0]/.test(database)) {
    return `the database name ${JSON.stringify(database)} has a sign MongoDB does not allow`;
  }
  if (collection.startsWith('system.') || collection.includes('.system.')) {
    return 'system collections take no writes from here';
  }
  if (/[$\0]/.test(collection)) return 'a collection name can not have $ or NUL in it';
  if (Buffer.byteLength(database) > MAX_DATABASE_BYTES) {
    return `the database name is longer than MongoDB's ${MAX_DATABASE_BYTES} bytes`;
  }
  return Buffer.byteLength(namespace) > MAX_NAMESPACE_BYTES
    ? `longer than MongoDB's ${MAX_NAMESPACE_BYTES} bytes`
    : undefined;
}

/** What is wrong with a dotted path under `types`, given all paths beside it. */
export function fieldPathProblem(path: string, paths: readonly string[]): string | undefined {
  const names = path.split('.');
  if (names.includes('')) return 'expected field names with single dots between, such as total.net';
  if (names.some((name) => name.startsWith('$') || name.includes('\0') || name === '__proto__')) {
    return 'a field name can not begin with $, have NUL in it or be __proto__';
  }
  if (names.length > MAX_DEPTH) return `deeper than the ${MAX_DEPTH} levels a document may have`;
  const inside = paths.find((other) => other.startsWith(`${path}.`));
  return inside === undefined ? undefined : `has a type, so ${inside} inside it can have none`;
}
