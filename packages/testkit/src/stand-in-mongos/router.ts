import type { Document } from 'mongodb';
import { testkitErrors } from '../errors.ts';
import type { ChunkTable } from './chunk-table.ts';
import { readAll } from './read-all.ts';
import { endsHere, mergeReplies, type Part, type PartReply } from './merge-replies.ts';
import { commandOf, statementFields, without, type Request } from './request.ts';
import type { ShardLinks } from './shard-links.ts';

/** One command on a sharded collection, as it came, and where it went. */
export interface RoutedCommand {
  readonly name: string;
  readonly namespace: string;
  readonly statements: number;
  /** Each shard once. */
  readonly shards: readonly string[];
}

/** What all clients of a stand-in share. */
export interface Cluster {
  /** By namespace; others lie on the first shard. */
  readonly tables: ReadonlyMap<string, ChunkTable>;
  /** The first one also keeps `config`. */
  readonly shards: readonly string[];
  readonly commands: RoutedCommand[];
  /** While true, `config` can't be read. */
  readonly refusesMetadata: boolean;
}

/** Sends the commands of one client where they belong and answers them. */
export class Router {
  readonly #cluster: Cluster;
  readonly #links: ShardLinks;

  constructor(cluster: Cluster, links: ShardLinks) {
    this.#cluster = cluster;
    this.#links = links;
  }

  /** @throws stand-in-limit, which is to be answered; shard-lost, which ends the connection */
  async answer(request: Request): Promise<Buffer> {
    const own = ownReply(request, this.#cluster);
    if (own !== undefined) return request.reply(own);
    if ('autocommit' in request.body) limit('it runs no transactions');
    const table = this.#cluster.tables.get(request.namespace);
    // As it came and as it goes back: ids of request and reply fit, each client has its own links.
    if (table === undefined) return await this.#links.send(this.#first, request.bytes);
    if (request.name === 'find') return request.reply(await this.#find(request, table));
    if (!(request.name in statementFields)) limit(`it can not ${request.name} sharded collections`);
    return request.reply(await this.#write(request, table));
  }

  get #first(): string {
    return this.#cluster.shards[0] ?? '';
  }

  async #write(request: Request, table: ChunkTable): Promise<Document> {
    const shards = request.statements.map((statement) => table.shardOf(request.name, statement));
    this.#note(request, shards);
    const isOrdered = request.body['ordered'] !== false;
    const parts = partsOf(request.statements, shards, isOrdered);
    const one = withoutNumber(request, parts);
    const send = async (part: Part): Promise<PartReply> => {
      const body = await this.#links.call(part.shard, commandOf(one, part.statements));
      return { part, body };
    };
    if (!isOrdered) return mergeReplies(request.name, await Promise.all(parts.map(send)));
    const replies: PartReply[] = [];
    for (const part of parts) {
      const reply = await send(part);
      replies.push(reply);
      if (endsHere(reply)) break;
    }
    return mergeReplies(request.name, replies);
  }

  async #find(request: Request, table: ChunkTable): Promise<Document> {
    this.#note(request, table.shards);
    return await readAll(request, table.shards, this.#links);
  }

  #note({ name, namespace, statements }: Request, shards: readonly string[]): void {
    const touched = [...new Set(shards)];
    this.#cluster.commands.push({
      ...{ name, namespace, statements: statements.length, shards: touched },
    });
  }
}

/** In order: what follows each other on one shard together. Without order: all of a shard together. */
function partsOf(
  statements: readonly Buffer[],
  shards: readonly string[],
  isOrdered: boolean,
): Part[] {
  const parts: { shard: string; statements: Buffer[]; places: number[] }[] = [];
  statements.forEach((statement, place) => {
    const shard = shards[place] as string;
    let part = isOrdered ? parts.at(-1) : parts.find((known) => known.shard === shard);
    if (part?.shard !== shard) {
      part = { shard, statements: [], places: [] };
      parts.push(part);
    }
    part.statements.push(statement);
    part.places.push(place);
  });
  return parts;
}

/** A number of a retryable write stands for one command; mongos numbers the statements instead. */
function withoutNumber(request: Request, parts: readonly Part[]): Request {
  if (parts.length < 2) return request;
  return { ...request, body: without(request.body, 'txnNumber') };
}

const UNAUTHORIZED = 13;

function ownReply({ name, database }: Request, { refusesMetadata }: Cluster): Document | undefined {
  switch (name) {
    case 'hello':
    case 'isMaster':
    case 'ismaster':
      return {
        ...{ helloOk: true, ismaster: true, isWritablePrimary: true, msg: 'isdbgrid' },
        ...{ maxBsonObjectSize: 16_777_216, maxMessageSizeBytes: 48_000_000 },
        ...{ maxWriteBatchSize: 100_000, logicalSessionTimeoutMinutes: 30, localTime: new Date() },
        ...{ minWireVersion: 0, maxWireVersion: 25, ok: 1 },
      };
    case 'ping':
    case 'endSessions':
      return { ok: 1 };
    default:
      if (database !== 'config' || !refusesMetadata) return undefined;
      return {
        ok: 0,
        code: UNAUTHORIZED,
        codeName: 'Unauthorized',
        errmsg: 'not authorized on config',
      };
  }
}

function limit(what: string): never {
  throw testkitErrors.create('stand-in-limit', { what });
}
