import { reasonOf } from './bounded-check.ts';

/** MongoDB's codes: AuthenticationFailed, and what Atlas answers in its place. */
const authenticationCodes = new Set<unknown>([18, 8000]);
const unauthorizedCode = 13;

/** What went wrong with MongoDB, and what to do. Names no password: the driver's texts hold none. */
export function explainMongodb(cause: unknown): { text: string; fix: string } {
  const reason = reasonOf(cause);
  return { text: reason, fix: fixOf(reason, codeOf(cause)) };
}

/** The server's code of an error, wherever the driver has put it. */
export function codeOf(cause: unknown): unknown {
  return (cause as { readonly code?: unknown } | undefined)?.code;
}

export function isUnauthorized(cause: unknown): boolean {
  return codeOf(cause) === unauthorizedCode;
}

function fixOf(reason: string, code: unknown): string {
  if (authenticationCodes.has(code) || /authentication failed|bad auth/i.test(reason)) {
    return 'check user, password (percent-encoded) and authSource of mongodb.uri';
  }
  if (code === unauthorizedCode) return 'name a user with its password in mongodb.uri';
  if (/ECONNREFUSED/.test(reason)) return 'nothing listens there: check host and port, and mongod';
  if (/ENOTFOUND|EAI_AGAIN|querySrv/.test(reason)) return 'the name has no address: check the host';
  if (/certificate|self.signed|altnames/i.test(reason)) {
    return 'the certificate is not trusted: name its CA in mongodb.uri with tlsCAFile=<path>';
  }
  if (/TLS|SSL|EPROTO|ECONNRESET|socket disconnected|closed/i.test(reason)) {
    return 'one side speaks TLS and the other does not: add tls=true to mongodb.uri, or take it out';
  }
  if (/URI|Invalid scheme|connection string/i.test(reason)) return 'correct mongodb.uri';
  return 'check hosts and replicaSet of mongodb.uri, and that a primary is elected (rs.status())';
}
