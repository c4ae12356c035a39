import type { FastifyInstance } from 'fastify';

/** Listens on a free port, says where, and closes on SIGTERM once what was accepted is answered. */
export async function serve(app: FastifyInstance, stop: () => Promise<void>): Promise<void> {
  process.once('SIGTERM', () => {
    void app.close().then(stop);
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  process.stdout.write(`route listening on ${url}\n`);
}
