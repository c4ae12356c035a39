/** A privilege as `connectionStatus` with `showPrivileges` lists it. */
export interface Privilege {
  readonly resource: {
    readonly db?: string;
    readonly collection?: string;
    readonly anyResource?: boolean;
  };
  readonly actions: readonly string[];
}

export interface Role {
  readonly role: string;
  readonly db: string;
}

const reads = ['find'];
const readWrites = ['find', 'insert', 'update', 'remove', 'createIndex', 'createCollection'];

/** Built-in roles by what of them matters here; `''` stands for every database. */
const builtIn: Readonly<Record<string, { actions: readonly string[]; everywhere?: true }>> = {
  read: { actions: reads },
  readWrite: { actions: readWrites },
  dbOwner: { actions: readWrites },
  readAnyDatabase: { actions: reads, everywhere: true },
  readWriteAnyDatabase: { actions: readWrites, everywhere: true },
  atlasAdmin: { actions: readWrites, everywhere: true },
  root: { actions: readWrites, everywhere: true },
  __system: { actions: readWrites, everywhere: true },
};

/** What built-in roles allow, for a server that lists roles and no privileges. */
export function privilegesOfRoles(roles: readonly Role[]): readonly Privilege[] {
  return roles.flatMap(({ role, db }) => {
    const known = builtIn[role];
    if (known === undefined) return [];
    const resource = { db: known.everywhere ? '' : db, collection: '' };
    return [{ resource, actions: known.actions }];
  });
}

export function areBuiltIn(roles: readonly Role[]): boolean {
  return roles.every(({ role }) => role in builtIn);
}

/** Whether something may be done to a collection; `''` in a resource stands for all. */
export function allows(
  privileges: readonly Privilege[],
  { db, collection }: { readonly db: string; readonly collection: string },
  action: string,
): boolean {
  return privileges.some(
    ({ resource, actions }) =>
      actions.includes(action) &&
      (resource.anyResource === true ||
        ((resource.db === '' || resource.db === db) &&
          (resource.collection === '' || resource.collection === collection))),
  );
}
