import { HeadraceError, type ErrorDetails } from '@headrace/base';
import type { FastifyReply } from 'fastify';
import { gatewayErrors } from '../errors.ts';
import { PROBLEM_TYPE, sendAnswer, type HeaderList } from './http-answer.ts';

const DEFAULT_RETRY_AFTER_MS = 1000;

/** What a problem says beside its error. */
export interface ProblemContext {
  readonly requestId: string;
  readonly writeId?: string | undefined;
}

/** The body of RFC 9457 for an error: never its stack, never its cause. */
export function problemText(error: HeadraceError, context: ProblemContext): string {
  const { code, status, message, retry, details } = error;
  return mergedText(details, {
    type: `urn:headrace:error:${code}`,
    title: titleOf(code),
    status,
    detail: message,
    code,
    retryable: retry !== 'never',
    retryAfterMs: retryAfterMsOf(error),
    writeId: context.writeId ?? details['writeId'],
    requestId: context.requestId,
    docs: `/docs#${code}`,
  });
}

/** One line of a `_bulk` answer for a line of the request that failed. */
export function failedLineText(error: HeadraceError, line: number, writeId?: string): string {
  const { code, status, message, retry, details } = error;
  return mergedText(details, {
    line,
    status,
    code,
    detail: message,
    retryable: retry !== 'never',
    retryAfterMs: retryAfterMsOf(error),
    writeId: writeId ?? details['writeId'],
  });
}

export function sendProblem(
  reply: FastifyReply,
  error: HeadraceError,
  options: {
    readonly writeId?: string | undefined;
    readonly headers?: HeaderList;
    readonly close?: boolean;
  } = {},
): void {
  const content = problemText(error, { requestId: reply.request.id, writeId: options.writeId });
  const headers = [...retryHeaders(error), ...(options.headers ?? [])];
  if (options.close === true) headers.push('connection', 'close');
  sendAnswer(reply, error.status, { body: { type: PROBLEM_TYPE, content }, headers });
}

/** Anything thrown, as an error of a table; what is none of ours becomes `internal-error`. */
export function asHeadraceError(thrown: unknown): HeadraceError {
  return thrown instanceof HeadraceError
    ? thrown
    : gatewayErrors.create('internal-error', {}, thrown);
}

/** Whole seconds, at least one, where the status promises that sending again later is safe. */
export function retryHeaders(error: HeadraceError): HeaderList {
  if (error.retry === 'never' || (error.status !== 429 && error.status !== 503)) return [];
  const seconds = Math.ceil((retryAfterMsOf(error) ?? DEFAULT_RETRY_AFTER_MS) / 1000);
  return ['retry-after', Math.max(1, seconds)];
}

function retryAfterMsOf(error: HeadraceError): number | undefined {
  if (error.retry === 'never') return undefined;
  const told = error.details['retryAfterMs'];
  if (typeof told === 'number' && told > 0) return told;
  return error.status === 429 || error.status === 503 ? DEFAULT_RETRY_AFTER_MS : undefined;
}

function titleOf(code: string): string {
  return `${code.charAt(0).toUpperCase()}${code.slice(1).replaceAll('-', ' ')}`;
}

/** The named members first and as they are, whatever the details are called. */
function mergedText(details: ErrorDetails, members: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ ...members, ...details, ...members }, (_name, part: unknown) =>
    typeof part === 'bigint' ? String(part) : part,
  );
}
