import { readFileSync } from 'node:fs';
import { writerErrors } from '@headrace/writer';
import type { FastifyInstance } from 'fastify';
import { gatewayErrors } from '../errors.ts';
import { JSON_TYPE, sendAnswer } from './http-answer.ts';

/** Beside `src` in the sources and beside `dist` in the package. */
const ASSETS = new URL('../../assets/api-page/', import.meta.url);

/** The page loads nothing but itself, runs nothing but its script, and is framed by nobody. */
const PAGE_HEADERS = [
  'content-security-policy',
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options',
  'nosniff',
  'referrer-policy',
  'no-referrer',
  'cache-control',
  'no-cache',
];

/** Serves `/openapi.json` and at `/docs` the page that draws it and sends requests. */
export function addApiPage(app: FastifyInstance): void {
  const openApi = once(() => JSON.stringify(app.swagger()));
  addText(app, '/openapi.json', { type: JSON_TYPE, read: openApi });
  addText(app, '/docs/errors.json', { type: JSON_TYPE, read: once(errorsJson) });
  addText(app, '/docs', { type: 'text/html; charset=utf-8', read: asset('index.html') });
  addText(app, '/docs/page.js', { type: 'text/javascript; charset=utf-8', read: asset('page.js') });
  addText(app, '/docs/page.css', { type: 'text/css; charset=utf-8', read: asset('page.css') });
}

function addText(
  app: FastifyInstance,
  path: string,
  text: { readonly type: string; readonly read: () => string },
): void {
  app.get(path, (_request, reply) => {
    const body = { type: text.type, content: text.read() };
    sendAnswer(reply, 200, { body, headers: PAGE_HEADERS });
  });
}

function errorsJson(): string {
  const rows = Object.entries({ ...writerErrors.rows, ...gatewayErrors.rows });
  return JSON.stringify(
    rows.map(([code, { status, retry, text }]) => ({ code, status, retry, text })),
  );
}

function asset(name: string): () => string {
  return once(() => readFileSync(new URL(name, ASSETS), 'utf8'));
}

function once(read: () => string): () => string {
  let text: string | undefined;
  return () => (text ??= read());
}
