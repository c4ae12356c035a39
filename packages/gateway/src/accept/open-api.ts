import swagger from '@fastify/swagger';
import type { FastifyInstance, FastifySchema } from 'fastify';
import { sharedSchemas } from './api-schemas.ts';

const DESCRIPTION = `Headrace takes single writes over HTTP, gathers what arrives together and sends it to MongoDB as few
large commands at the durability each caller asked for. Every write is answered with a receipt that says
what is guaranteed now; every refusal is a problem (RFC 9457) with a stable code. Whatever the address, 404 \`no-such-route\`
and 431 \`headers-too-large\` may come too.`;

/** Declared once, so that a route's `config.docs` is known to Fastify's types. */
declare module 'fastify' {
  interface FastifyContextConfig {
    /** What the API description says of a route; a route without it is not in the description. */
    docs?: FastifySchema;
  }
}

/**
 * Collects the OpenAPI 3.1 document from the routes added after it. What is said of them lies in
 * `config.docs` and not in `schema`: Fastify would compile validators and serializers from that,
 * and bodies here are read and written by hand.
 */
export async function describeApi(app: FastifyInstance): Promise<void> {
  for (const schema of sharedSchemas) app.addSchema(schema);
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Headrace',
        version: '0.1.0',
        description: DESCRIPTION.replaceAll('\n', ' '),
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: '/', description: 'This gateway' }],
      tags: [
        { name: 'writes', description: 'Store documents and ask what became of them' },
        { name: 'reads', description: 'Read one document' },
        { name: 'dead letters', description: 'Queued writes that could not be applied' },
        { name: 'health', description: 'Ask how this process is' },
      ],
    },
    refResolver: {
      buildLocalReference: (json) => json['$id'] as string,
    },
    transform: ({ url, route }) => ({ schema: route.config?.docs ?? { hide: true }, url }),
  });
}
