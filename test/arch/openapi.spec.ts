import { expect, it } from 'vitest';
import { exampleFaults, lintOpenApi } from '../support/lint-openapi.js';
import { readJson } from './packages.js';

interface Schema {
  $ref?: string;
  type?: string;
  format?: string;
  properties?: Record<string, Schema>;
  additionalProperties?: unknown;
  examples?: unknown[];
}
interface Content {
  content?: Record<string, { schema: Schema }>;
}
interface Operation {
  operationId: string;
  summary: string;
  tags: string[];
  parameters?: { name: string; description?: string; schema: Schema }[];
  requestBody?: Content;
  responses: Record<string, Content>;
}

const document = readJson<{
  openapi: string;
  tags: { name: string; description: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema>; examples: Record<string, { value: unknown }> };
}>('docs/openapi.json');
const { schemas } = document.components;
const operations = Object.values(document.paths).flatMap((item) => Object.values(item));

it('is a document in which the linter finds nothing', async () => {
  expect(await lintOpenApi('docs/openapi.json')).toEqual({ found: [], ignored: 0 });
});

it('is OpenAPI 3.1, with nothing of 3.0 left', () => {
  expect(document.openapi).toBe('3.1.1');
  expect(JSON.stringify(document)).not.toMatch(/"nullable":|"exclusive(Minimum|Maximum)":(true|false)/);
});

it('names, sums up and tags every operation, and describes every parameter', () => {
  const ids = operations.map(({ operationId }) => operationId);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).toEqual(expect.arrayContaining(['listNotes', 'createNote', 'getNote', 'updateNote', 'deleteNote']));
  const tags = document.tags.map(({ name }) => name);
  for (const { operationId, summary, tags: own, parameters = [] } of operations) {
    expect(operationId).toMatch(/^[a-z][A-Za-z0-9]+$/);
    expect(summary, operationId).toMatch(/\S/);
    expect(tags, operationId).toEqual(expect.arrayContaining(own));
    expect(parameters.filter(({ description }) => !description)).toEqual([]);
  }
});

it('has no schema without properties: a class that the build did not describe', () => {
  const empty = Object.entries(schemas).filter(
    ([, { type, properties, additionalProperties }]) =>
      type === 'object' && !additionalProperties && Object.keys(properties ?? {}).length === 0,
  );
  expect(empty.map(([name]) => name)).toEqual([]);
});

it('refers to a schema in every body and every answer that has one', () => {
  const contents = operations.flatMap(({ requestBody, responses }) => [requestBody ?? {}, ...Object.values(responses)]);
  const inline = contents
    .flatMap(({ content = {} }) => Object.values(content))
    .filter(({ schema }) => !schema.$ref && !/^(binary|event-stream)$/.test(schema.format ?? '')); // no documents
  expect(inline).toEqual([]);
});

it('says that a list is a collection of resources', () => {
  const list = document.paths['/notes']?.['get']?.responses['200']?.content?.['application/hal+json'];
  expect(list?.schema).toEqual({ $ref: '#/components/schemas/NoteCollection' });
  expect(schemas['NoteCollection']?.properties?.['_embedded']).toMatchObject({
    properties: { item: { type: 'array', items: { $ref: '#/components/schemas/Note' } } },
  });
  expect(schemas['Note']).toMatchObject({
    required: expect.arrayContaining(['id', 'title', '_links']) as unknown,
    properties: {
      id: { type: 'string', format: 'uuid' },
      createdAt: { type: 'string', format: 'date-time' },
      _links: { $ref: '#/components/schemas/Links', readOnly: true },
    },
  });
});

it('knows that a limit is an integer which may be left out', () => {
  const limit = document.paths['/notes']?.['get']?.parameters?.find(({ name }) => name === 'limit');
  expect(limit).toMatchObject({ required: false, schema: { type: 'integer', minimum: 1, maximum: 100, default: 25 } });
});

it('names the errors of a route: by its access, its input, and @Throws', () => {
  const codes = (method: string, path: string) =>
    Object.values(document.paths[path]?.[method]?.responses ?? {}).flatMap(({ content }) =>
      Object.keys((content?.['application/problem+json'] as { examples?: object } | undefined)?.examples ?? {}),
    );
  expect(codes('post', '/notes')).toEqual(
    expect.arrayContaining([
      'AUTH_REQUIRED',
      'PERMISSION_DENIED',
      'TENANT_UNKNOWN',
      'REQUEST_INVALID',
      'NOTES_TOO_LONG',
    ]),
  );
  expect(codes('get', '/notes')).not.toContain('NOTES_TOO_LONG');
  expect(codes('get', '/health/live')).not.toContain('AUTH_REQUIRED');
  expect(codes('get', '/admin/tenants')).not.toContain('TENANT_SUSPENDED');
});

it('has an example of every schema and of every error, and each is valid', () => {
  expect(exampleFaults(document)).toEqual([]);
});
