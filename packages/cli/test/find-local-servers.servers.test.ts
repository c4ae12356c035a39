import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StopOrder } from '@headrace/base';
import { loadDraft } from '@headrace/gateway';
import { expect, onTestFinished, test } from 'vitest';
import { findLocalServers } from '../src/verbs/find-local-servers.ts';

async function find(text: string, environment: Record<string, string> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'headrace-up-'));
  const order = new StopOrder();
  onTestFinished(async () => {
    await order.stop();
    await rm(folder, { recursive: true });
  });
  const notes: string[] = [];
  const configuration = await findLocalServers(await loadDraft({ text }), {
    configPath: join(folder, 'headrace.yaml'),
    order,
    terminal: { say: () => undefined, note: (line) => notes.push(line), environment },
  });
  return { configuration, order, notes, folder };
}

function answers(uri: string): Promise<boolean> {
  const { hostname, port } = new URL(uri);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
}

test('servers nobody named are started, said to be for development, and stopped', async () => {
  const { configuration, order, notes, folder } = await find('redis: { prefix: mine }');
  const mongodbUri = configuration.mongodb.uri;
  const redisUri = configuration.redis?.uri ?? '';
  expect(configuration.redis?.prefix).toBe('mine');
  expect(await Promise.all([answers(mongodbUri), answers(redisUri)])).toEqual([true, true]);
  const said = notes.filter((note) => note.includes('not for production'));
  expect(said).toHaveLength(2);
  expect(said[0]).toContain(join(folder, '.headrace'));
  await order.stop();
  expect(await Promise.all([answers(mongodbUri), answers(redisUri)])).toEqual([false, false]);
});

test('servers that are named are taken as they are, the configuration before the environment', async () => {
  const { configuration, notes } = await find('redis: { uri: "redis://named" }', {
    MONGODB_URI: 'mongodb://environment',
    REDIS_URL: 'redis://environment',
  });
  expect(configuration.mongodb.uri).toBe('mongodb://environment');
  expect(configuration.redis?.uri).toBe('redis://named');
  expect(notes).toEqual([]);
});

test('a named MongoDB without a redis section gets no Redis unasked', async () => {
  const { configuration, notes } = await find('mongodb: { uri: "mongodb://named" }');
  expect(configuration.mongodb.uri).toBe('mongodb://named');
  expect(configuration).not.toHaveProperty('redis');
  expect(notes).toEqual([]);
});
