import { HeadraceError } from '@headrace/base';
import { reasonOf } from './bounded-check.ts';

/** What went wrong with Redis, and what to do. */
export function explainRedis(cause: unknown): { text: string; fix: string } {
  const isLost = cause instanceof HeadraceError && cause.code === 'redis-lost';
  const text = reasonOf(isLost ? cause.cause : cause);
  return { text, fix: fixOf(text) };
}

function fixOf(reason: string): string {
  if (/WRONGPASS|NOAUTH|invalid password/i.test(reason)) {
    return 'check user and password (percent-encoded) of redis.uri';
  }
  if (/NOPERM/.test(reason)) return 'give the user what docs/operate/set-up.md lists';
  if (/sentinel/i.test(reason))
    return 'check redis.sentinels, redis.masterName, sentinelUsername and sentinelPassword';
  if (/ECONNREFUSED/.test(reason))
    return 'nothing listens there: check host and port, and redis-server';
  if (/ENOTFOUND|EAI_AGAIN/.test(reason)) return 'the name has no address: check the host';
  if (/certificate|self.signed|altnames/i.test(reason)) {
    return 'the certificate is not trusted: name its CA with redis.tls.caFile';
  }
  return 'check redis.uri: rediss:// where the server speaks TLS, redis:// where it does not';
}
