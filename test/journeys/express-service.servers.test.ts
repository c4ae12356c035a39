import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { freePort } from '@headrace/local-servers';
import { temporaryFolder, testMongo } from '@headrace/testkit';
import type { Express } from 'express';
import { MongoClient } from 'mongodb';
import { expect, test } from 'vitest';
import { ordersWithDriver } from '../../examples/express-orders/src/with-driver.ts';
import { ordersWithHeadrace } from '../../examples/express-orders/src/with-headrace.ts';
import { HeadraceProcess } from './headrace-process.ts';

interface Service extends AsyncDisposable {
  /** Sends a request and returns its status, and the body where it is JSON. */
  call(
    method: string,
    path: string,
    body?: object,
    idempotencyKey?: string,
  ): Promise<readonly [status: number, body: unknown]>;
}

async function serve(app: Express): Promise<Service> {
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    call: async (method, path, body, idempotencyKey) => {
      const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
        method,
        headers: {
          'content-type': 'application/json',
          ...(idempotencyKey && { 'idempotency-key': idempotencyKey }),
        },
        ...(body && { body: JSON.stringify(body) }),
      });
      const isJson = answer.headers.get('content-type')?.startsWith('application/json') ?? false;
      const text = await answer.text();
      return [answer.status, isJson ? JSON.parse(text) : undefined];
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function writeConfig(folder: string, mongodbUri: string): Promise<string> {
  const file = join(folder, 'headrace.yaml');
  const text = `listen: 127.0.0.1:${await freePort()}
adminListen: 127.0.0.1:${await freePort()}
mongodb: { uri: ${JSON.stringify(mongodbUri)} }
collections:
  shop.orders: { changes: direct, idType: string }
`;
  await writeFile(file, text);
  return file;
}

const order = { customer: 'c7', items: [{ sku: 's1', quantity: 2 }] };

/** A day at the shop; what every request answered, without the times. */
async function dayAt(service: Service, _id: string): Promise<unknown[]> {
  const seen: unknown[] = [];
  const call = async (...asked: Parameters<Service['call']>): Promise<void> => {
    const [status, body] = await service.call(...asked);
    const { paidAt, ...rest } = (body ?? {}) as Record<string, unknown>;
    seen.push([status, JSON.parse(JSON.stringify(rest).replaceAll(_id, 'ID')), typeof paidAt]);
  };
  await call('POST', '/orders', { _id, ...order });
  await call('GET', `/orders/${_id}`);
  await call('POST', `/orders/${_id}/payment`);
  await call('POST', `/orders/${_id}/payment`);
  await call('GET', `/orders/${_id}`);
  await call('POST', '/orders/none/payment');
  await call('DELETE', `/orders/${_id}`);
  await call('DELETE', `/orders/${_id}`);
  await call('GET', `/orders/${_id}`);
  return seen;
}

test('a service moved from the driver to Headrace answers and stores the same', async () => {
  await using mongodb = await testMongo();
  await using folder = await temporaryFolder();
  const configFile = await writeConfig(folder.path, mongodb.uri);
  await using gateway = await HeadraceProcess.start('gateway', configFile);
  await using client = await new MongoClient(mongodb.uri).connect();
  await using before = await serve(ordersWithDriver(client));
  await using after = await serve(ordersWithHeadrace(gateway.url));

  const seen = await dayAt(before, 'b1');
  expect(seen.map((one) => (one as unknown[])[0])).toEqual([
    ...[201, 200, 204, 409, 200, 409, 204, 404, 404],
  ]);
  expect(await dayAt(after, 'a1')).toEqual(seen);

  for (const service of [before, after]) {
    const _id = service === before ? 'b2' : 'a2';
    await service.call('POST', '/orders', { _id, ...order });
    await service.call('POST', `/orders/${_id}/payment`);
  }
  const orders = client.db('shop').collection<{ _id: string }>('orders');
  const stored = await orders.find({}, { projection: { _id: 0 }, sort: { _id: 1 } }).toArray();
  const types = stored.map((one) =>
    Object.entries(one).map(([name, value]) => [name, Object.prototype.toString.call(value)]),
  );
  expect(stored).toHaveLength(2);
  expect(types[0]).toEqual(types[1]);
});

test('what the driver alone could not promise: a request sent twice makes one order', async () => {
  await using mongodb = await testMongo();
  await using folder = await temporaryFolder();
  const configFile = await writeConfig(folder.path, mongodb.uri);
  await using gateway = await HeadraceProcess.start('gateway', configFile);
  await using client = await new MongoClient(mongodb.uri).connect();
  await using after = await serve(ordersWithHeadrace(gateway.url));
  const first = await after.call('POST', '/orders', order, 'checkout-1');
  expect(first[0]).toBe(201);
  expect(await after.call('POST', '/orders', order, 'checkout-1')).toEqual(first);
  expect(await client.db('shop').collection('orders').countDocuments()).toBe(1);
});
