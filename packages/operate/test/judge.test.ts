import { loadConfiguration } from '@headrace/gateway';
import { expect, test } from 'vitest';
import { judgeMembers } from '../src/doctor/check-mongodb.ts';
import { missingRights } from '../src/doctor/check-rights.ts';
import { judgeOffset } from '../src/doctor/clock-offset.ts';
import { explainMongodb } from '../src/doctor/explain-mongodb.ts';
import { finderOf } from '../src/doctor/finding.ts';
import { grantCommand, isAtlas } from '../src/doctor/grant-command.ts';
import { isDeterminedById } from '../src/doctor/shard-keys.ts';

const finder = finderOf('here');
const configuration = await loadConfiguration({
  text: 'mongodb: { uri: "mongodb://h" }\ncollections: { shop.orders: { changes: direct } }',
});

test.each([
  [1, 'warning', 'balanced (w:2) is unsatisfiable'],
  [2, 'warning', 'add a third'],
  [3, 'ok', 'balanced = strong'],
  [5, 'ok', '5 data-bearing members'],
])('%i members: %s', (members, level, text) => {
  const deployment = { hello: { setName: 'rs0' }, isMongos: false, members };
  const found = judgeMembers(finder, deployment, configuration);
  expect(found.level).toBe(level);
  expect(`${found.text} ${found.fix ?? ''}`).toContain(text);
});

test('a mongos has the members of its shards', () => {
  const mongos = { hello: { msg: 'isdbgrid' }, isMongos: true, members: undefined };
  expect(judgeMembers(finder, mongos, configuration).level).toBe('ok');
});

test.each([
  [4_999, 'ok'],
  [-5_001, 'warning'],
  [60_000, 'warning'],
  [-60_001, 'error'],
])('clocks %i ms apart: %s', (offsetMs, level) => {
  expect(judgeOffset(finder, offsetMs).level).toBe(level);
});

test('privileges count where their resource covers the collection', () => {
  const all = ['find', 'insert', 'update', 'remove', 'createIndex'];
  const own = { resource: { db: 'headrace', collection: '' }, actions: all };
  const on = (resource: object, actions = all) => [own, { resource, actions }];
  expect(missingRights(on({ db: 'shop', collection: '' }), configuration)).toEqual([]);
  expect(missingRights(on({ db: '', collection: 'orders' }), configuration)).toEqual([]);
  expect(missingRights(on({ anyResource: true }), configuration)).toEqual([]);
  expect(missingRights(on({ db: 'shop', collection: 'carts' }), configuration)).toHaveLength(1);
  expect(missingRights(on({ cluster: true }), configuration)).toHaveLength(1);
  expect(missingRights(on({ db: 'shop', collection: '' }, ['find']), configuration)).toEqual([
    { db: 'shop', text: 'insert, update, remove on shop.orders' },
  ]);
  expect(missingRights([], configuration).map(({ db }) => db)).toEqual([
    'shop',
    'headrace',
    'headrace',
    'headrace',
    'headrace',
  ]);
});

test('Atlas is known by its hosts, and gets its own command with the roles kept', () => {
  expect(isAtlas([{ host: 'a-shard-00.ab1cd.mongodb.net' }])).toBe(true);
  expect(isAtlas([{ host: 'mongodb.net.example.com' }])).toBe(false);
  const user = { user: 'app', db: 'admin' };
  const has = [{ role: 'read', db: 'shop' }];
  const databases = ['shop', 'headrace'];
  expect(grantCommand({ user, has, databases, isAtlas: true })).toBe(
    'atlas dbusers update app --role read@shop,readWrite@shop,readWrite@headrace',
  );
});

test('a shard key is determined by _id when it is made of nothing else', () => {
  expect(isDeterminedById({ _id: 'hashed' })).toBe(true);
  expect(isDeterminedById({ '_id.region': 1, '_id.n': 1 })).toBe(true);
  expect(isDeterminedById({ region: 1, _id: 1 })).toBe(false);
});

test.each([
  ['connect ECONNREFUSED 127.0.0.1:1', 'nothing listens'],
  ['getaddrinfo ENOTFOUND db.invalid', 'no address'],
  ['self-signed certificate in certificate chain', 'tlsCAFile'],
  ['Authentication failed.', 'authSource'],
  ['Invalid scheme, expected connection string', 'correct mongodb.uri'],
  ['Server selection timed out after 4000 ms', 'replicaSet'],
])('%s: %s', (message, fix) => {
  expect(explainMongodb(Object.assign(new TypeError(message))).fix).toContain(fix);
});
