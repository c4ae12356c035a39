import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { HeadraceError } from '@headrace/base';
import { type Document, MongoClient, ObjectId, Timestamp, UUID } from 'mongodb';
import { splitMessages } from '../proxy/split-messages.ts';
import { ChunkTable, type StandInSharding } from './chunk-table.ts';
import { readRequest, type Request } from './request.ts';
import { Router, type Cluster, type RoutedCommand } from './router.ts';
import { ShardLinks } from './shard-links.ts';

/** MongoDB's code for what it can not do. */
const NOT_IMPLEMENTED = 238;

/** A shard: a name, and the real server that stands for it. */
export interface StandInShard {
  readonly name: string;
  readonly server: { readonly port: number; readonly uri: string };
}

/**
 * A STAND-IN for mongos in front of real single servers, one for each shard: it splits insert, update
 * and delete commands by a map of chunks, merges the replies, and serves that map as `config`. It
 * proves which shards commands touch and how replies are read; it proves nothing about migrations,
 * transactions over shards, stale routing or the config servers. What it can't do it answers with an
 * error that says that this is a stand-in.
 */
export class StandInMongos implements AsyncDisposable {
  readonly name = 'stand-in-mongos';
  readonly #cluster: Cluster & { tables: Map<string, ChunkTable>; refusesMetadata: boolean };
  readonly #ports: ReadonlyMap<string, number>;
  readonly #metadata: MongoClient;
  readonly #uuids = new Map<string, UUID>();
  readonly #sockets = new Set<Socket>();
  readonly #listener: Server;
  #version = 0;

  private constructor(shards: readonly StandInShard[]) {
    const names = shards.map(({ name }) => name);
    this.#cluster = { tables: new Map(), shards: names, commands: [], refusesMetadata: false };
    this.#ports = new Map(shards.map(({ name, server }) => [name, server.port]));
    this.#metadata = new MongoClient(shards[0]?.server.uri ?? '');
    this.#listener = createServer({ noDelay: true }, (socket) => {
      this.#join(socket);
    });
  }

  /** @param shards the first one also keeps `config` and every collection that is not sharded */
  static async open(shards: readonly StandInShard[]): Promise<StandInMongos> {
    const standIn = new StandInMongos(shards);
    const rows = shards.map(({ name, server }) => ({
      ...{ _id: name, host: `${name}/127.0.0.1:${server.port}`, state: 1 },
    }));
    await standIn.#config('shards').insertMany(rows);
    await new Promise<void>((resolve, reject) => {
      standIn.#listener.once('error', reject);
      standIn.#listener.listen(0, '127.0.0.1', resolve);
    });
    return standIn;
  }

  get uri(): string {
    return `mongodb://127.0.0.1:${(this.#listener.address() as AddressInfo).port}/`;
  }

  /** Every command on a sharded collection since the start. */
  get commands(): readonly RoutedCommand[] {
    return this.#cluster.commands;
  }

  /**
   * Shards a collection, or moves its chunks: no document moves with them. Commands go by the new map
   * once this resolves.
   */
  async setChunks(namespace: string, sharding: StandInSharding): Promise<void> {
    const uuid = this.#uuids.get(namespace) ?? new UUID();
    this.#uuids.set(namespace, uuid);
    this.#version += 1;
    const { key, chunks } = sharding;
    const timestamp = new Timestamp({ t: 1, i: 1 });
    const row = { uuid, key, unique: false, timestamp, lastmodEpoch: new ObjectId('0'.repeat(24)) };
    await this.#config('collections').updateOne(
      { _id: namespace },
      { $set: row },
      { upsert: true },
    );
    await this.#config('chunks').deleteMany({ uuid });
    const rows = chunks.map((chunk, n) => ({
      ...{ _id: new ObjectId(), uuid, ...chunk },
      lastmod: new Timestamp({ t: this.#version, i: n }),
    }));
    await this.#config('chunks').insertMany(rows);
    this.#cluster.tables.set(namespace, new ChunkTable(sharding));
  }

  /** While on, `config` answers that the user may not read it. */
  refuseMetadata(on: boolean): void {
    this.#cluster.refusesMetadata = on;
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#listener.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all([closed, this.#metadata.close()]);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #config(collection: string) {
    return this.#metadata
      .db('config')
      .collection<Document & { _id: ObjectId | string }>(collection);
  }

  #join(socket: Socket): void {
    const links = new ShardLinks(this.#ports);
    const router = new Router(this.#cluster, links);
    this.#sockets.add(socket);
    socket.on('error', () => undefined); // 'close' follows
    socket.on('close', () => {
      links.close();
      this.#sockets.delete(socket);
    });
    let last = Promise.resolve();
    socket.on(
      'data',
      splitMessages((bytes) => {
        const request = readRequest(bytes);
        if (request === undefined) socket.destroy();
        else last = last.then(() => answer(request, router, socket));
      }),
    );
  }
}

async function answer(request: Request, router: Router, socket: Socket): Promise<void> {
  try {
    socket.write(await router.answer(request));
  } catch (cause) {
    if (!(cause instanceof HeadraceError) || cause.code !== 'stand-in-limit') socket.destroy();
    else {
      const codeName = 'NotImplemented';
      socket.write(
        request.reply({ ok: 0, code: NOT_IMPLEMENTED, codeName, errmsg: cause.message }),
      );
    }
  }
}
