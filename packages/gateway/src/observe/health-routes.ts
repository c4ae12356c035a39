import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { healthDocs, readyDocs } from './health-docs.ts';
import type { Ready } from './ready-port.ts';

interface ReadyRoute {
  Querystring: { readonly verbose?: unknown };
}

/** `/healthz`: the process runs. `/readyz`: it can take work; `?verbose` tells each check. */
export function addHealthRoutes(app: FastifyInstance, ready: Ready): void {
  app.get('/healthz', { config: { docs: healthDocs } }, () => ({ healthy: true }));
  app.get<ReadyRoute>('/readyz', { config: { docs: readyDocs } }, (request, reply) =>
    tellReady(ready, request, reply),
  );
}

async function tellReady(
  ready: Ready,
  request: FastifyRequest<ReadyRoute>,
  reply: FastifyReply,
): Promise<object> {
  const checks = await ready.checks();
  const failing = checks.filter((check) => !check.ok).map((check) => check.name);
  reply.code(failing.length === 0 ? 200 : 503).header('cache-control', 'no-store');
  const verbose = request.query.verbose !== undefined;
  return { ready: failing.length === 0, failing, ...(verbose ? { checks } : {}) };
}
