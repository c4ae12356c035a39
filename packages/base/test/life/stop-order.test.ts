import { expect, test } from 'vitest';
import { HeadraceError, StopOrder } from '@headrace/base';

test('parts stop one after the other, last started first', async () => {
  const order = new StopOrder();
  const seen: string[] = [];
  for (const name of ['pool', 'writer', 'server']) {
    order.add(name, async () => {
      seen.push(`${name} stops`);
      await Promise.resolve();
      seen.push(`${name} stopped`);
    });
  }
  await order.stop();
  expect(seen).toEqual([
    'server stops',
    'server stopped',
    'writer stops',
    'writer stopped',
    'pool stops',
    'pool stopped',
  ]);
});

test('a part that fails does not keep the others from stopping, and is named', async () => {
  const order = new StopOrder();
  const stopped: string[] = [];
  const broken = new RangeError('stuck');
  order.add('pool', () => void stopped.push('pool'));
  order.add('writer', () => Promise.reject(broken));
  order.add('server', () => {
    throw broken;
  });
  const error: unknown = await order.stop().catch((error: unknown) => error);
  expect(stopped).toEqual(['pool']);
  expect(error).toBeInstanceOf(HeadraceError);
  expect(error).toMatchObject({ code: 'stop-incomplete', details: { parts: 'server, writer' } });
  expect(((error as HeadraceError).cause as AggregateError).errors).toEqual([broken, broken]);
});

test('stopping twice stops once', async () => {
  const order = new StopOrder();
  let stops = 0;
  order.add('server', () => {
    stops += 1;
  });
  await Promise.all([order.stop(), order.stop()]);
  await order.stop();
  expect(stops).toBe(1);
});
