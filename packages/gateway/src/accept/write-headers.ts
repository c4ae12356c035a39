import type { IncomingMessage } from 'node:http';
import type { Tier } from '@headrace/writer';
import { gatewayErrors } from '../errors.ts';
import type { WriteTerms } from './intake.ts';

const MAX_DEADLINE_MS = 600_000;
const MAX_KEY_CHARACTERS = 255;
const PRINTABLE = /^[\x20-\x7e]{1,255}$/;
/** Visible characters but the quote: a bare value, as Stripe's clients send it. */
const BARE = /^[\x21\x23-\x7e]+$/;
/** A string of RFC 9651: printable ASCII, quote and backslash escaped. */
const QUOTED = /^"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])+)"$/;

/**
 * All that headers say of a write.
 * @param maxKeyCharacters see `readIdempotencyKey`
 * @throws HeadraceError as the parts do
 */
export function readTerms(
  request: IncomingMessage,
  usual: Tier,
  maxKeyCharacters = MAX_KEY_CHARACTERS,
): WriteTerms {
  return {
    tier: readTier(request, usual),
    idempotencyKey: readIdempotencyKey(request, maxKeyCharacters),
    deadlineMs: readDeadlineMs(request),
  };
}

/** The tier asked for in `x-consistency`. Throws `unknown-tier`. */
export function readTier(request: IncomingMessage, usual: Tier): Tier {
  const asked = request.headers['x-consistency'];
  switch (asked) {
    case undefined:
      return usual;
    case 'eventual':
    case 'balanced':
    case 'strong':
      return asked;
    default:
      throw gatewayErrors.create('unknown-tier', { tier: JSON.stringify(asked) });
  }
}

/** Milliseconds from `x-deadline-ms`; undefined means the usual. Throws `bad-deadline`. */
export function readDeadlineMs(request: IncomingMessage): number | undefined {
  const asked = request.headers['x-deadline-ms'];
  if (asked === undefined) return undefined;
  const deadlineMs = /^[0-9]{1,6}$/.test(String(asked)) ? Number(asked) : 0;
  if (deadlineMs < 1 || deadlineMs > MAX_DEADLINE_MS) throw gatewayErrors.create('bad-deadline');
  return deadlineMs;
}

/**
 * The idempotency key, bare or quoted: `"8e03978e"` and `8e03978e` are the same one.
 * @param maxCharacters less than 255 where something is added to it
 * @throws HeadraceError `bad-idempotency-key`
 */
export function readIdempotencyKey(
  request: IncomingMessage,
  maxCharacters = MAX_KEY_CHARACTERS,
): string | undefined {
  const header = request.headers['idempotency-key'];
  if (header === undefined) return undefined;
  const text = String(header);
  // Node joins repeated headers with a comma and a space, which also may stand in a quoted value.
  if (text.includes(', ') && repeats(request)) throw badKey('the header is there more than once');
  const read = text.startsWith('"') ? unquote(text) : bare(text);
  if (read.length > maxCharacters) throw badKey(`it has more than ${maxCharacters} characters`);
  return read;
}

/** An idempotency key that stands in a body: the text that a header would quote. */
export function checkIdempotencyKey(text: string): string {
  if (!PRINTABLE.test(text)) throw badKey('it is 1 to 255 characters of printable ASCII');
  return text;
}

function bare(text: string): string {
  if (text === '') throw badKey('it is empty');
  if (!BARE.test(text)) throw badKey('a bare value takes visible ASCII characters only');
  return text;
}

function unquote(text: string): string {
  if (text === '""') throw badKey('it is empty');
  const inner = QUOTED.exec(text)?.[1];
  if (inner === undefined) throw badKey('its quotes are not those of a structured-field string');
  return inner.replace(/\\(["\\])/g, '$1');
}

function repeats(request: IncomingMessage): boolean {
  return (request.headersDistinct['idempotency-key']?.length ?? 0) > 1;
}

function badKey(reason: string): Error {
  return gatewayErrors.create('bad-idempotency-key', { reason });
}
