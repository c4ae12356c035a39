import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { OfferedLoad } from '../src/drive/offered-load.ts';
import { isTooLate, offerLoad } from '../src/drive/open-loop.ts';

const { signal } = new AbortController();
let folder: string;
let server: Server;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'headrace-open-loop-'));
  await writeFile(join(folder, 'bodies'), '{"n":1}\n{"n":"zwölf"}\n');
});
afterAll(() => rm(folder, { recursive: true }));
afterEach(() => new Promise((resolve) => server.close(resolve)));

/** Answers when `wait` resolves, and keeps the bodies it got. */
async function serve(
  wait: (at: number) => Promise<unknown>,
  status = 201,
): Promise<{ readonly url: string; readonly bodies: string[] }> {
  const bodies: string[] = [];
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      bodies.push(body);
      void wait(bodies.length).then(() =>
        response.writeHead(status, { 'content-length': 2 }).end('ok'),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, bodies };
}

const load = (url: string, some: Partial<OfferedLoad> = {}): OfferedLoad => ({
  url,
  path: '/orders',
  bodiesFile: join(folder, 'bodies'),
  perSecond: 500,
  seconds: 2,
  leadSeconds: 0,
  connections: 4,
  ...some,
});

test('what is offered arrives at its rate, bodies in turn, and the lag is told', async () => {
  const { url, bodies } = await serve(() => Promise.resolve());
  const seen = await offerLoad(load(url), signal);
  expect(seen).toMatchObject({ offered: 1_000, answered: 1_000, refused: 0, socketErrors: 0 });
  expect(bodies.filter((body) => body === '{"n":1}')).toHaveLength(500);
  expect(bodies.filter((body) => body === '{"n":"zwölf"}')).toHaveLength(500);
  expect(seen.seconds).toBeGreaterThanOrEqual(2);
  expect(seen.seconds).toBeLessThan(4);
  expect(seen.lagMs.p50).toBeGreaterThan(0);
  expect(seen.lagMs.p50).toBeLessThan(seen.latencyMs.p50);
  expect(seen.driverCpuSeconds).toBeGreaterThan(0);
}, 20_000);

test('a server that stalls for 200 ms shows in the latency of all that were due meanwhile', async () => {
  let stalledUntil: Promise<unknown> | undefined;
  const { url } = await serve((at) => {
    if (at === 400) stalledUntil = new Promise((resolve) => setTimeout(resolve, 200));
    return stalledUntil ?? Promise.resolve();
  });
  const seen = await offerLoad(load(url), signal);
  // 100 of the 1,000 were due in those 200 ms; only 4 of them were ever at the server.
  expect(seen.answered).toBe(1_000);
  expect(seen.latencyMs.p99).toBeGreaterThan(160);
  expect(seen.latencyMs.p50).toBeLessThan(100);
}, 20_000);

test('the lead is offered and counted, and its latencies are left out', async () => {
  const { url } = await serve((at) =>
    at > 100 ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve, 300)),
  );
  const some = { perSecond: 200, leadSeconds: 1.5, seconds: 1, connections: 200 };
  const seen = await offerLoad(load(url, some), signal);
  expect(seen).toMatchObject({ offered: 500, answered: 500 });
  expect(seen.seconds).toBeGreaterThanOrEqual(2.5);
  expect(seen.latencyMs.max).toBeLessThan(300);
}, 20_000);

test('more connections than the bound are never opened', async () => {
  const { url } = await serve(() => new Promise((resolve) => setTimeout(resolve, 20)));
  let opened = 0;
  server.on('connection', () => (opened += 1));
  const seen = await offerLoad(load(url, { connections: 3, perSecond: 200, seconds: 0.5 }), signal);
  expect(opened).toBe(3);
  // Three connections of 20 ms take 150 a second: the hundred is over late, and each knows it.
  expect(seen.seconds).toBeGreaterThan(0.6);
  expect(seen.latencyMs.max).toBeGreaterThan(100);
}, 20_000);

test('refusals and lost connections are counted by themselves', async () => {
  const refusing = await serve(() => Promise.resolve(), 503);
  const some = { perSecond: 100, seconds: 0.5 };
  expect(await offerLoad(load(refusing.url, some), signal)).toMatchObject({
    answered: 0,
    refused: 50,
    socketErrors: 0,
  });
  await new Promise((resolve) => server.close(resolve));
  const dropping = await serve((at) => {
    if (at === 10) server.closeAllConnections();
    return Promise.resolve();
  });
  const seen = await offerLoad(load(dropping.url, some), signal);
  expect(seen.socketErrors).toBeGreaterThan(0);
  expect(seen.answered + seen.socketErrors).toBe(50);
}, 20_000);

describe('a measurement is refused', () => {
  const latency = (p99: number) => ({ p50: 0, p90: 0, p99, max: p99 });
  const isRefused = (lag: number, measured: number) =>
    isTooLate({ lagMs: latency(lag), latencyMs: latency(measured) });

  test('when the driver was late by more than a fifth of what it measured', () => {
    expect([isRefused(4, 20), isRefused(5, 20)]).toEqual([false, true]);
  });

  test('and never for a millisecond', () => {
    expect([isRefused(1, 1.5), isRefused(1.1, 1.5)]).toEqual([false, true]);
  });
});
