import type { IncomingMessage } from 'node:http';
import { gatewayErrors } from '../errors.ts';

/** Refuses compressed bodies. Throws `unsupported-content-encoding`. */
export function checkEncoding(request: IncomingMessage): void {
  const contentEncoding = request.headers['content-encoding'];
  if (contentEncoding === undefined || contentEncoding === 'identity') return;
  throw gatewayErrors.create('unsupported-content-encoding', { contentEncoding });
}

/**
 * The media type of the body, without its parameters, if it is one of those accepted.
 * @param named how those accepted are told to who sends another
 * Throws `unsupported-content-type`, and `empty-body` where neither type nor body is there.
 */
export function readMediaType<const Type extends string>(
  request: IncomingMessage,
  accepted: readonly Type[],
  named = accepted.join(' or '),
): Type {
  const header = request.headers['content-type'];
  for (const type of accepted) if (type === header) return type;
  if (header === undefined && !hasBody(request)) throw gatewayErrors.create('empty-body');
  const end = header?.indexOf(';') ?? -1;
  const bare = (end < 0 ? header : header?.slice(0, end))?.trim().toLowerCase();
  for (const type of accepted) if (type === bare) return type;
  throw gatewayErrors.create('unsupported-content-type', {
    contentType: JSON.stringify(header ?? ''),
    accepted: named,
  });
}

/** Throws `empty-body`. */
export function checkNotEmpty(content: Buffer): void {
  if (content.length === 0) throw gatewayErrors.create('empty-body');
}

function hasBody(request: IncomingMessage): boolean {
  const { headers } = request;
  const length = headers['content-length'];
  return headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0');
}

/** More of a refused body than this is not waited for: the connection ends instead. */
const MAX_DISCARDED_BYTES = 128 * 1024 * 1024;

/**
 * Whether the rest of a refused body may be read away. A client that is still sending then sees
 * the answer, and not a connection that was reset under it.
 */
export function canBeDiscarded(request: IncomingMessage): boolean {
  if (request.complete || !hasBody(request)) return true;
  const length = request.headers['content-length'];
  return length !== undefined && Number(length) <= MAX_DISCARDED_BYTES;
}
