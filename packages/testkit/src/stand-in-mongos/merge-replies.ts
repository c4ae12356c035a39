import type { Document } from 'mongodb';

/** A part of a command that went to one shard. */
export interface Part {
  readonly shard: string;
  readonly statements: readonly Buffer[];
  /** Places of the statements in the whole command. */
  readonly places: readonly number[];
}

/** What one shard said to its part. */
export interface PartReply {
  readonly part: Part;
  readonly body: Document;
}

/** Whether a command in order ends with this part. */
export function endsHere({ body }: PartReply): boolean {
  return Number(body['ok']) !== 1 || list(body, 'writeErrors').length > 0;
}

/** One reply to the whole command, each error and upsert at its place in it. */
export function mergeReplies(name: string, replies: readonly PartReply[]): Document {
  const [only] = replies;
  if (replies.length === 1 && only !== undefined && Number(only.body['ok']) !== 1) return only.body;
  const writeErrors = replies.flatMap(errorsOf);
  const upserted = replies.flatMap((reply) => placed(reply, 'upserted'));
  const concern = replies.find(({ body }) => 'writeConcernError' in body);
  return {
    n: total(replies, 'n'),
    ...(name === 'update' && { nModified: total(replies, 'nModified') }),
    ...(upserted.length > 0 && { upserted: byPlace(upserted) }),
    ...(writeErrors.length > 0 && { writeErrors: byPlace(writeErrors) }),
    ...(concern && { writeConcernError: concern.body['writeConcernError'] as Document }),
    ok: 1,
  };
}

/** A shard that refused its whole part refused each of its statements. */
function errorsOf(reply: PartReply): Document[] {
  const { body, part } = reply;
  if (Number(body['ok']) === 1) return placed(reply, 'writeErrors');
  const { code, errmsg } = body as Record<string, unknown>;
  return part.places.map((index) => ({ index, code, errmsg }));
}

function placed({ part, body }: PartReply, field: string): Document[] {
  return list(body, field).map((row) => ({ ...row, index: part.places[Number(row['index'])] }));
}

function list(body: Document, field: string): Document[] {
  return (body[field] ?? []) as Document[];
}

function total(replies: readonly PartReply[], field: string): number {
  return replies.reduce((sum, { body }) => sum + Number(body[field] ?? 0), 0);
}

function byPlace(rows: readonly Document[]): Document[] {
  return rows.toSorted((one, other) => Number(one['index']) - Number(other['index']));
}
