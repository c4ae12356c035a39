import { MongoServerError, type MongoClient } from 'mongodb';
import { writerErrors } from '../errors.ts';

const unauthorizedCode = 13;

/**
 * What a start that failed for want of rights on Headrace's own database is called. The server's
 * text is left out: it repeats the command, and with it what was to be stored.
 * @returns anything else as it is
 */
export function explainRights(cause: unknown, client: MongoClient, database: string): unknown {
  if (!(cause instanceof MongoServerError) || cause.code !== unauthorizedCode) return cause;
  const { credentials } = client.options;
  if (credentials === undefined) {
    const reason = 'the server wants one, and there is none';
    return writerErrors.create('mongodb-refuses-user', { reason }, cause);
  }
  const { username, source } = credentials;
  const grant =
    `db.getSiblingDB(${JSON.stringify(source)}).grantRolesToUser(${JSON.stringify(username)}, ` +
    `[{ role: "readWrite", db: ${JSON.stringify(database)} }])`;
  return writerErrors.create('no-rights-on-records', { user: username, database, grant }, cause);
}
