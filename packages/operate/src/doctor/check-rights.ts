import type { Configuration } from '@headrace/gateway';
import type { MongoClient } from 'mongodb';
import type { Finder, Finding } from './finding.ts';
import { isUnauthorized } from './explain-mongodb.ts';
import { grantCommand, isAtlas, type User } from './grant-command.ts';
import { allows, areBuiltIn, privilegesOfRoles, type Privilege, type Role } from './privileges.ts';

const forInserts = ['find', 'insert'];
const forChanges = ['find', 'insert', 'update', 'remove'];
const forRecords = [...forChanges, 'createIndex'];

interface AuthInfo {
  readonly authenticatedUsers: readonly User[];
  readonly authenticatedUserRoles: readonly Role[];
  readonly authenticatedUserPrivileges?: readonly Privilege[];
}

/** Whether the user may do what Headrace will do, on every listed collection and its own records. */
export async function checkRights(
  finder: Finder,
  client: MongoClient,
  configuration: Pick<Configuration, 'mongodb' | 'collections'>,
): Promise<Finding> {
  const status = await client.db('admin').command({ connectionStatus: 1, showPrivileges: true });
  const info = status['authInfo'] as AuthInfo;
  const [user] = info.authenticatedUsers;
  if (user === undefined) return await checkWithoutUser(finder, client, configuration);
  const has = info.authenticatedUserRoles;
  const told = info.authenticatedUserPrivileges ?? [];
  const isTold = told.length > 0;
  const missing = missingRights(isTold ? told : privilegesOfRoles(has), configuration);
  if (missing.length === 0) {
    return finder.ok(`user ${user.user} may do what is needed`);
  }
  const text = `user ${user.user} lacks ${missing.map(({ text }) => text).join('; ')}`;
  const databases = [...new Set(missing.map(({ db }) => db))];
  const atlas = isAtlas(client.options.hosts);
  const fix = grantCommand({ user, has, databases, isAtlas: atlas });
  if (isTold || areBuiltIn(has)) return finder.error(text, fix);
  // What a role of somebody's own allows is known only where privileges are listed.
  return finder.warning(`the server lists no privileges; by its roles ${text}`, fix);
}

/** Each place where something is missing, as `insert, find on shop.orders`. */
export function missingRights(
  privileges: readonly Privilege[],
  { mongodb, collections }: Pick<Configuration, 'mongodb' | 'collections'>,
): readonly { readonly db: string; readonly text: string }[] {
  const listed = Object.entries(collections).map(([namespace, { changes }]) => {
    const dot = namespace.indexOf('.');
    const place = { db: namespace.slice(0, dot), collection: namespace.slice(dot + 1) };
    return { place, namespace, actions: changes === 'none' ? forInserts : forChanges };
  });
  const own = ['ledger', 'deadLetters', 'owners', 'deployment'].map((collection) => ({
    place: { db: mongodb.database, collection },
    namespace: `${mongodb.database}.${collection}`,
    actions: forRecords,
  }));
  return [...listed, ...own].flatMap(({ place, namespace, actions }) => {
    const lacks = actions.filter((action) => !allows(privileges, place, action));
    return lacks.length === 0
      ? []
      : [{ db: place.db, text: `${lacks.join(', ')} on ${namespace}` }];
  });
}

async function checkWithoutUser(
  finder: Finder,
  client: MongoClient,
  { mongodb }: Pick<Configuration, 'mongodb'>,
): Promise<Finding> {
  try {
    await client
      .db(mongodb.database)
      .collection('deployment')
      .findOne({}, { projection: { _id: 1 } });
  } catch (cause) {
    if (!isUnauthorized(cause)) throw cause;
    return finder.error('the server wants a user', 'name one with its password in mongodb.uri');
  }
  const fix = 'start mongod with --auth and name a user in mongodb.uri, unless nobody else is near';
  return finder.warning('connected without a user: the server lets anybody in', fix);
}
