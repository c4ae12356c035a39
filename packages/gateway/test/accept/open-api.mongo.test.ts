import { readFile, writeFile } from 'node:fs/promises';
import { freshDatabaseName, testMongo } from '@headrace/testkit';
import { writerErrors } from '@headrace/writer';
import Schema from 'typebox/schema';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gatewayErrors } from '../../src/errors.ts';
import { openTestGateway, type TestGateway } from './test-gateway.ts';

const COMMITTED = new URL('../../../../openapi.json', import.meta.url);

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly { in: string; name: string; required: boolean; schema: object }[];
  readonly responses: Record<string, { description: string; content?: Record<string, Media> }>;
  readonly requestBody?: { content: Record<string, Media> };
}
interface Media {
  readonly schema: { readonly $ref?: string };
}
interface OpenApi {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { schemas: Record<string, { examples?: unknown[] }> };
}

/** Codes no caller of the API sees: those of starting and of the library. */
const UNSEEN = ['bad-object', 'bad-type-declaration', 'mongodb-not-reached'];

let mongo: Awaited<ReturnType<typeof testMongo>>;
let gateway: TestGateway;
let served: OpenApi;
let operations: [name: string, operation: Operation][];

beforeAll(async () => {
  mongo = await testMongo();
  gateway = await openTestGateway({
    mongodbUri: mongo.uri,
    database: freshDatabaseName(),
    collections: { orders: { changes: 'direct' } },
  });
  served = (await (await fetch(`${gateway.url}/openapi.json`)).json()) as OpenApi;
  operations = Object.entries(served.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): [string, Operation] => [
      `${method} ${path}`,
      operation,
    ]),
  );
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await mongo[Symbol.asyncDispose]();
});

describe('the OpenAPI document', () => {
  it('is the committed openapi.json (UPDATE_OPENAPI=1 writes it)', async () => {
    if (process.env['UPDATE_OPENAPI'] === '1') {
      await writeFile(COMMITTED, `${JSON.stringify(served, null, 2)}\n`);
    }
    expect(served).toEqual(JSON.parse(await readFile(COMMITTED, 'utf8')));
  });

  it('is of version 3.1 and has every route', () => {
    expect(served.openapi).toBe('3.1.0');
    expect(operations.map(([name]) => name).sort()).toEqual([
      'delete /v1/db/{db}/{collection}/{id}',
      'delete /v1/dead-letters/{id}',
      'get /healthz',
      'get /readyz',
      'get /v1/db/{db}/{collection}/{id}',
      'get /v1/dead-letters',
      'get /v1/dead-letters/{id}',
      'get /v1/writes/{writeId}',
      'patch /v1/db/{db}/{collection}/{id}',
      'post /v1/db/{db}/{collection}',
      'post /v1/db/{db}/{collection}/_bulk',
      'post /v1/dead-letters/replay',
      'put /v1/db/{db}/{collection}/{id}',
    ]);
  });

  it('declares every part of every path, names operations once, and resolves every reference', () => {
    const ids = operations.map(([, { operationId }]) => operationId);
    expect(new Set(ids).size).toBe(operations.length);
    for (const [name, operation] of operations) {
      const inPath = [...name.matchAll(/\{(\w+)\}/g)].map(([, part]) => part);
      const declared = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path');
      expect(
        declared.map((parameter) => parameter.name),
        name,
      ).toEqual(inPath);
      expect(declared.every((parameter) => parameter.required)).toBe(true);
    }
    for (const [, name] of JSON.stringify(served).matchAll(/"\$ref":"([^"]+)"/g)) {
      const [, shared] = /^#\/components\/schemas\/(\w+)$/.exec(String(name)) ?? [];
      expect(served.components.schemas[String(shared)], name).toBeDefined();
    }
  });

  it('describes every answer, and every refusal as a problem', () => {
    for (const [name, operation] of operations) {
      for (const [status, answer] of Object.entries(operation.responses)) {
        expect(answer.description.length, `${name} ${status}`).toBeGreaterThan(5);
        const isProblem = Number(status) >= 400 && name !== 'get /readyz';
        if (!isProblem) continue;
        const problem = answer.content?.['application/problem+json'];
        expect(problem?.schema.$ref, `${name} ${status}`).toBe('#/components/schemas/Problem');
      }
    }
  });

  it('names for each answer codes of that status, and every code that callers see', () => {
    const rows: Record<string, { readonly status: number }> = {
      ...writerErrors.rows,
      ...gatewayErrors.rows,
    };
    const named = new Set(codesIn(JSON.stringify(served), rows));
    for (const [name, { responses }] of operations) {
      for (const [status, { description }] of Object.entries(responses)) {
        if (Number(status) < 400 || name === 'get /readyz') continue;
        const codes = codesIn(description, rows);
        expect(codes, `${name} ${status}: ${description}`).not.toEqual([]);
        for (const code of codes)
          expect(rows[code]?.status, `${name}: ${code}`).toBe(Number(status));
      }
    }
    // What has status 500 is of starting too, a dead letter's reason, or told as `internal-error`.
    const seen = Object.keys(rows).filter(
      (code) => rows[code]?.status !== 500 && !UNSEEN.includes(code),
    );
    expect(seen.filter((code) => !named.has(code))).toEqual([]);
  });

  it('has examples that fit their schemas, and so do real answers', async () => {
    for (const [name, schema] of Object.entries(served.components.schemas)) {
      expect(schema.examples?.length, name).toBeGreaterThan(0);
      for (const example of schema.examples ?? []) expect(fits(name, example)).toBe(true);
    }
    const insert = (body: string) =>
      fetch(`${gateway.base}/orders`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
    expect(fits('Receipt', await (await insert('{"_id":"fits"}')).json())).toBe(true);
    expect(fits('Problem', await (await insert('nonsense')).json())).toBe(true);
    const change = (method: string) =>
      fetch(`${gateway.base}/orders/fits`, {
        method,
        ...(method === 'PATCH' && {
          headers: { 'content-type': 'application/merge-patch+json' },
          body: '{"a":1}',
        }),
      });
    expect(fits('Receipt', await (await change('PATCH')).json())).toBe(true);
    expect(fits('Receipt', await (await change('DELETE')).json())).toBe(true);
    expect(fits('Problem', await (await change('DELETE')).json())).toBe(true);
    expect(fits('Problem', { code: 'only' })).toBe(false);
  });

  function codesIn(text: string, rows: object): string[] {
    return [...text.matchAll(/`([a-z-]+)`/g)]
      .map(([, code = '']) => code)
      .filter((code) => code in rows);
  }

  function fits(name: string, value: unknown): boolean {
    return Schema.Check(served.components.schemas[name] as object, value);
  }
});

describe('the page', () => {
  it.each(['/docs', '/docs/page.js', '/docs/page.css', '/docs/errors.json'])(
    '%s is served and may load nothing from elsewhere',
    async (path) => {
      const response = await fetch(`${gateway.url}${path}`);
      expect(response.status).toBe(200);
      expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
      expect((await response.text()).length).toBeGreaterThan(500);
    },
  );

  it('explains every code a problem can link to', async () => {
    const rows = (await (await fetch(`${gateway.url}/docs/errors.json`)).json()) as {
      code: string;
    }[];
    const problem = (await (await fetch(`${gateway.url}/nowhere`)).json()) as { docs: string };
    expect(rows.map(({ code }) => `/docs#${code}`)).toContain(problem.docs);
  });
});
