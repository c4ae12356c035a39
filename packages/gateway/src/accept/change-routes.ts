import {
  encodeBsonReplacement,
  encodeDeletion,
  encodeMergePatch,
  encodeReplacement,
  encodeUpdate,
  parseIdText,
  type Change,
  type ChangeTarget,
  type Write,
} from '@headrace/writer';
import type { FastifyRequest } from 'fastify';
import { gatewayErrors } from '../errors.ts';
import { checkEncoding, checkNotEmpty, readMediaType } from './body-format.ts';
import { checkLaneOfChange, prepareChange } from './dispatch.ts';
import { BSON_TYPE, DOCUMENT_TYPES } from './insert-route.ts';
import type { Intake, WriteTerms } from './intake.ts';
import { checkQuery, readFlag, readText, type Query } from './read-query.ts';
import { readTerms } from './write-headers.ts';
import type { Asked, NamespaceParams, WriteForm } from './write-request.ts';

export interface ChangeRoute {
  Params: NamespaceParams & { readonly id: string };
  Querystring: Query;
}

export const MERGE_PATCH_TYPE = 'application/merge-patch+json';
export const UPDATE_TYPE = 'application/vnd.headrace.update+json';
const PATCH_TYPES = [MERGE_PATCH_TYPE, UPDATE_TYPE] as const;
const PATCH_TYPES_NAMED = [
  `${MERGE_PATCH_TYPE} for a merge patch (RFC 7396: fields as they shall be, null removes one), or`,
  `${UPDATE_TYPE} for update operators ($set, $unset, $inc, $push and so on)`,
].join('\n');

type EncodeChange = (content: Buffer, target: ChangeTarget) => Change;

/** A change whose target is known, and how its body becomes one. */
interface AskedChange extends Asked {
  readonly terms: WriteTerms;
  readonly target: ChangeTarget;
  readonly encode: EncodeChange;
}

type ChangeRequest = FastifyRequest<ChangeRoute>;
type ChangeForm = WriteForm<ChangeRoute, AskedChange>;

/** `PUT /v1/db/{db}/{collection}/{id}`: the whole document anew. */
export const replaceForm: ChangeForm = {
  ask: (intake, request) => {
    const encode = (): EncodeChange =>
      readMediaType(request.raw, DOCUMENT_TYPES) === BSON_TYPE
        ? encodeBsonReplacement
        : encodeReplacement;
    return ask(intake, request, { parameters: ['upsert'], encode });
  },
  make,
};

/** `PATCH /v1/db/{db}/{collection}/{id}`: a merge patch, or update operators. */
export const patchForm: ChangeForm = {
  ask: (intake, request) => {
    const encode = (): EncodeChange =>
      readMediaType(request.raw, PATCH_TYPES, PATCH_TYPES_NAMED) === UPDATE_TYPE
        ? encodeUpdate
        : encodeMergePatch;
    return ask(intake, request, { parameters: ['upsert', 'if'], encode });
  },
  make,
};

/** `DELETE /v1/db/{db}/{collection}/{id}` */
export const deleteForm: ChangeForm = {
  ask: (intake, request) => ask(intake, request, { parameters: ['if'], encode: () => deletion }),
  make,
};

function ask(
  intake: Intake,
  { raw, params, query }: ChangeRequest,
  route: {
    readonly parameters: readonly ('upsert' | 'if')[];
    readonly encode: () => EncodeChange;
  },
): AskedChange {
  const collection = intake.collections.find(params.db, params.collection);
  checkQuery(query, route.parameters);
  const condition = readText(query, 'if');
  const target: ChangeTarget = {
    id: parseIdText(params.id, collection.rules.idType),
    types: collection.types,
    upsert: readFlag(query, 'upsert'),
    condition,
  };
  const encode = route.encode();
  checkEncoding(raw);
  const terms = readTerms(raw, collection.tierOfChanges);
  checkLaneOfChange(intake, collection, terms);
  return { collection, terms, target, encode };
}

function make(intake: Intake, asked: AskedChange, content: Buffer): Write {
  const { collection, terms, target, encode } = asked;
  if (encode !== deletion) checkNotEmpty(content);
  return prepareChange(intake, collection, { change: encode(content, target), terms });
}

function deletion(content: Buffer, target: ChangeTarget): Change {
  if (content.length === 0) return encodeDeletion(target);
  const reason = 'a DELETE has no body; a condition goes into the query parameter if';
  throw gatewayErrors.create('bad-request', { reason });
}
