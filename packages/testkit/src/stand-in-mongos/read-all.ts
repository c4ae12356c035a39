import { Long, type Document } from 'mongodb';
import { testkitErrors } from '../errors.ts';
import { replyTo } from '../proxy/wire-message.ts';
import { commandOf, type Request } from './request.ts';
import type { ShardLinks } from './shard-links.ts';

/** A find on all shards, answered whole in one batch. */
export async function readAll(
  request: Request,
  shards: readonly string[],
  links: ShardLinks,
): Promise<Document> {
  if ('sort' in request.body || 'skip' in request.body) {
    throw testkitErrors.create('stand-in-limit', { what: 'it can not find with sort or skip' });
  }
  const perShard = await Promise.all(shards.map((shard) => readOne(request, shard, links)));
  const refused = perShard.find((found) => !Array.isArray(found));
  if (refused !== undefined) return refused;
  const all = perShard.flat();
  const limit = Math.abs(Number(request.body['limit'] ?? 0)) || all.length;
  return {
    cursor: { id: Long.ZERO, ns: request.namespace, firstBatch: all.slice(0, limit) },
    ok: 1,
  };
}

/** The documents of one shard, or its refusal. */
async function readOne(
  request: Request,
  shard: string,
  links: ShardLinks,
): Promise<Document[] | Document> {
  const found: Document[] = [];
  let body = await links.call(shard, commandOf(request, []));
  for (;;) {
    if (Number(body['ok']) !== 1) return body;
    const { id, firstBatch, nextBatch } = body['cursor'] as Record<string, unknown>;
    found.push(...((firstBatch ?? nextBatch ?? []) as Document[]));
    if (Number(id) === 0) return found;
    const { lsid } = request.body as { lsid?: unknown };
    const collection = request.namespace.slice(request.database.length + 1);
    const more = { getMore: id, collection, $db: request.database, lsid };
    body = await links.call(shard, replyTo(0, more));
  }
}
