import type { Log } from '@headrace/base';
import { fastify } from 'fastify';
import type { Address } from '../configuration-port.ts';
import { addHealthRoutes } from './health-routes.ts';
import type { PrometheusMetrics } from './prometheus-metrics.ts';
import type { Ready } from './ready-port.ts';

/** What the operators' port shows. */
export interface AdminParts {
  readonly listen: Address;
  readonly ready: Ready;
  readonly metrics: Pick<PrometheusMetrics, 'contentType' | 'page'>;
  readonly log: Log;
}

/** A server that listens. */
export interface OpenAdmin {
  /** `http://host:port` */
  readonly address: string;
  stop(): Promise<void>;
}

/** Opens the port for operators: `/healthz`, `/readyz`, `/metrics`. A worker has one as well. */
export async function openAdmin(parts: AdminParts): Promise<OpenAdmin> {
  const app = fastify({ logger: false, forceCloseConnections: true });
  addHealthRoutes(app, parts.ready);
  app.get('/metrics', async (_request, reply) => {
    reply.header('content-type', parts.metrics.contentType);
    return await parts.metrics.page();
  });
  app.setErrorHandler((error, _request, reply) => {
    parts.log.error({ err: error }, 'a request of the admin port failed');
    return reply.code(500).send({ code: 'internal-error' });
  });
  const address = await app.listen({ ...parts.listen });
  return { address, stop: () => app.close() };
}
