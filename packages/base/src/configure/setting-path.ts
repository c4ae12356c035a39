/** `mongodb.uri`; names that are no plain words are put in brackets: `collections["shop.orders"]`. */
export function joinPath(parent: string, name: string): string {
  if (!/^[A-Za-z_][\w-]*$/.test(name)) return `${parent}[${JSON.stringify(name)}]`;
  return parent === '' ? name : `${parent}.${name}`;
}
