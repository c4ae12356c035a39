import type { FastifyReply } from 'fastify';

/** Header names and values in turn, as `writeHead` takes them without building objects. */
export type HeaderList = readonly (string | number)[];

/** A body with its media type. */
export interface AnswerBody {
  readonly type: string;
  readonly content: string | Buffer;
}

export const JSON_TYPE = 'application/json';
export const PROBLEM_TYPE = 'application/problem+json';
const NO_HEADERS: HeaderList = [];

/**
 * Answers a request past Fastify's own reply: its hooks and serializers are not used here and
 * cost a third of a request (26 instead of 40 us of CPU, measured with an empty route).
 * While the server is closing every answer ends its connection.
 */
export function sendAnswer(
  reply: FastifyReply,
  status: number,
  options: { readonly body: AnswerBody; readonly headers?: HeaderList },
): void {
  const { raw } = reply;
  if (!reply.sent) reply.hijack();
  if (raw.headersSent || raw.destroyed) return;
  const { type, content } = options.body;
  const headers = ['content-type', type, 'content-length', byteLength(content)];
  for (const part of options.headers ?? NO_HEADERS) headers.push(part);
  if (!reply.server.server.listening) headers.push('connection', 'close');
  raw.writeHead(status, headers);
  raw.end(content);
}

function byteLength(content: string | Buffer): number {
  return typeof content === 'string' ? Buffer.byteLength(content) : content.length;
}
