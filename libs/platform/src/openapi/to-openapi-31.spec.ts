import { describe, expect, it } from 'vitest';
import { toOpenApi31, toSchema31 } from './to-openapi-31.js';

describe('a schema of OpenAPI 3.0', () => {
  it('that may be null gets null among its types, and among its values', () => {
    expect(toSchema31({ type: 'string', format: 'uuid', nullable: true })).toEqual({
      type: ['string', 'null'],
      format: 'uuid',
    });
    expect(toSchema31({ type: 'string', enum: ['a'], nullable: true })).toEqual({
      type: ['string', 'null'],
      enum: ['a', null],
    });
    expect(toSchema31({ type: 'string', nullable: false })).toEqual({ type: 'string' });
  });

  it('that refers to one which may be null becomes a choice', () => {
    expect(
      toSchema31({ allOf: [{ $ref: '#/components/schemas/Note' }], nullable: true, description: 'A note.' }),
    ).toEqual({ anyOf: [{ $ref: '#/components/schemas/Note' }, { type: 'null' }], description: 'A note.' });
  });

  it('has its exclusive bounds as numbers', () => {
    expect(
      toSchema31({ type: 'number', minimum: 0, exclusiveMinimum: true, maximum: 9, exclusiveMaximum: false }),
    ).toEqual({ type: 'number', exclusiveMinimum: 0, maximum: 9 });
  });

  it('has examples instead of an example, wherever it stands', () => {
    const old = { type: 'array', items: { type: 'object', properties: { example: { type: 'string', example: 'a' } } } };
    expect(toSchema31(old)).toEqual({
      type: 'array',
      items: { type: 'object', properties: { example: { type: 'string', examples: ['a'] } } },
    });
  });

  it('needs no wrapper around a reference with a description', () => {
    expect(toSchema31({ allOf: [{ $ref: '#/components/schemas/Money' }], description: 'For a month.' })).toEqual({
      $ref: '#/components/schemas/Money',
      description: 'For a month.',
    });
  });
});

it('changes the schemas of a document, and nothing that only looks like one', () => {
  const parameter = { name: 'nullable', in: 'query', example: 5, schema: { type: 'string', nullable: true } };
  const document = {
    openapi: '3.0.0',
    paths: { '/a': { get: { parameters: [parameter] } } },
    components: { schemas: {} },
  };
  const { openapi, paths } = toOpenApi31(document);
  expect(openapi).toBe('3.1.1');
  expect(paths['/a']?.['get']?.parameters).toEqual([{ ...parameter, schema: { type: ['string', 'null'] } }]);
});
