import { hmacSha256 } from './hmac-sha256.ts';
import { uuidV8 } from './uuid.ts';

/** What an idempotency key is valid for: one tenant, one collection, one `_id` if the caller named it. */
export interface KeyScope {
  readonly tenant: string;
  readonly namespace: string;
  /** Canonical `_id` where the caller named one, else empty. */
  readonly canonicalId: string;
  readonly idempotencyKey: string;
}

/**
 * Derives the write ids of keyed writes. Under the deployment's secret nobody can aim at another
 * tenant's ids, and with every part's length before it no two scopes read the same
 * (protocol A3 and B).
 * @returns a function from a key's scope to 16 bytes, a UUID v8
 */
export function writeIdsUnder(secret: Uint8Array): (scope: KeyScope) => Buffer {
  const hmac = hmacSha256(secret);
  return (scope) => {
    const dot = scope.namespace.indexOf('.');
    const parts = [
      scope.tenant,
      scope.namespace.slice(0, dot),
      scope.namespace.slice(dot + 1),
      scope.canonicalId,
      scope.idempotencyKey,
    ];
    const message = parts.map((part) => `${Buffer.byteLength(part)}:${part}`).join('');
    return uuidV8(hmac(message));
  };
}
