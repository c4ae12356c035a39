import type { Role } from './privileges.ts';

/** A user as the server knows it. */
export interface User {
  readonly user: string;
  readonly db: string;
}

/** Atlas manages users by itself: `grantRolesToUser` is refused there. */
export function isAtlas(hosts: readonly { readonly host?: string | undefined }[]): boolean {
  return hosts.some(({ host }) => host?.endsWith('.mongodb.net') === true);
}

/**
 * The command that gives a user `readWrite` on databases.
 * @param request.has the roles it has: Atlas replaces the list
 */
export function grantCommand(request: {
  readonly user: User;
  readonly has: readonly Role[];
  readonly databases: readonly string[];
  readonly isAtlas: boolean;
}): string {
  const { user, has, databases } = request;
  const missing = databases.map((db): Role => ({ role: 'readWrite', db }));
  if (request.isAtlas) {
    const roles = [...has, ...missing].map(({ role, db }) => `${role}@${db}`);
    return `atlas dbusers update ${user.user} --role ${roles.join(',')}`;
  }
  const roles = missing.map(({ role, db }) => `{ role: "${role}", db: ${JSON.stringify(db)} }`);
  const where = `db.getSiblingDB(${JSON.stringify(user.db)})`;
  return `${where}.grantRolesToUser(${JSON.stringify(user.user)}, [${roles.join(', ')}])`;
}
