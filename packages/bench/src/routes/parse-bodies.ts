import type { FastifyInstance } from 'fastify';
import { parsers, type ParserName } from './parse-order.ts';

/** Has a route read its bodies with one of the parsers. */
export function parseBodies(app: FastifyInstance, parser: ParserName): void {
  const parse = parsers[parser];
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, parse(body as string));
    } catch (cause) {
      done(cause as Error);
    }
  });
}
