import { encodeBson, encodeJson, type Write } from '@headrace/writer';
import type { FastifyRequest } from 'fastify';
import { checkEncoding, checkNotEmpty, readMediaType } from './body-format.ts';
import { checkLane, prepareInsert } from './dispatch.ts';
import { JSON_TYPE } from './http-answer.ts';
import type { Intake, WriteTerms } from './intake.ts';
import { checkQuery } from './read-query.ts';
import { readTerms } from './write-headers.ts';
import type { Asked, NamespaceParams, WriteForm } from './write-request.ts';

type DocumentType = (typeof DOCUMENT_TYPES)[number];
export const BSON_TYPE = 'application/bson';
export const DOCUMENT_TYPES = [JSON_TYPE, BSON_TYPE] as const;

export interface InsertRoute {
  Params: NamespaceParams;
  Querystring: Readonly<Record<string, unknown>>;
}

interface AskedInsert extends Asked {
  readonly type: DocumentType;
  readonly terms: WriteTerms;
}

/** `POST /v1/db/{db}/{collection}`: one document in, one receipt out. */
export const insertForm: WriteForm<InsertRoute, AskedInsert> = {
  ask(intake: Intake, { raw, params, query }: FastifyRequest<InsertRoute>): AskedInsert {
    const collection = intake.collections.find(params.db, params.collection);
    checkQuery(query, []);
    const type = readMediaType(raw, DOCUMENT_TYPES);
    checkEncoding(raw);
    const terms = readTerms(raw, collection.rules.tier);
    checkLane(intake, terms);
    return { collection, type, terms };
  },

  make(intake: Intake, { collection, type, terms }: AskedInsert, content: Buffer): Write {
    checkNotEmpty(content);
    const encode = type === JSON_TYPE ? encodeJson : encodeBson;
    return prepareInsert(intake, collection, { document: encode(content, collection), terms });
  },
};
