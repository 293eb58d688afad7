import { describe, expect, it } from 'vitest';
import { breakingChanges } from './breaking-changes.js';
import { STRICTER_CHECKS } from './stricter-checks.js';

interface Operation {
  readonly deprecated?: boolean;
  readonly parameters?: object[];
  readonly input?: object;
  readonly output?: object;
  readonly media?: string;
  readonly responses?: object;
}

const text = { type: 'string' };
const content = (schema: object, media = 'application/json') => ({ content: { [media]: { schema } } });
const object = (properties: object, more: object = {}) => ({ type: 'object', properties, ...more });

/** A document of one operation; undefined has none. */
const documentOf = (post: Operation | undefined, path = '/things') => ({
  openapi: '3.1.0',
  info: { title: 'Things', version: '2026-01-01' },
  paths: {
    '/others': { get: { responses: { 200: { description: 'All.' } } } },
    ...(post && {
      [path]: {
        get: { responses: { 200: { description: 'All.' } } },
        post: {
          ...(post.deprecated && { deprecated: true }),
          parameters: post.parameters ?? [],
          ...(post.input && { requestBody: content(post.input) }),
          responses: {
            201: { description: 'Made.', ...content(post.output ?? object({ id: text }), post.media) },
            ...post.responses,
          },
        },
      },
    }),
  },
});

const q = (more: object = {}) => ({ name: 'q', in: 'query', schema: text, ...more });
const sent = (more: object, required: string[] = []) => ({ input: object({ a: { ...text, ...more } }, { required }) });
const told = (a: object) => ({ output: object({ a }) });
const b = object({ b: text });

/** Before and after, by the check that must find the difference. */
const changes: Record<string, [Operation, Operation]> = {
  'new-required-request-property-with-default': [{ input: object({}) }, sent({ default: 'x' }, ['a'])],
  'request-body-default-value-changed': [{ input: { ...text, default: 'x' } }, { input: { ...text, default: 'y' } }],
  'request-body-default-value-removed': [{ input: { ...text, default: 'x' } }, { input: text }],
  'request-optional-property-became-read-only': [sent({}), sent({ readOnly: true })],
  'request-parameter-became-required': [{ parameters: [q()] }, { parameters: [q({ required: true })] }],
  'request-parameter-removed-with-deprecation': [{ parameters: [q({ deprecated: true })] }, {}],
  'request-property-became-required-with-default': [sent({ default: 'x' }), sent({ default: 'x' }, ['a'])],
  'request-property-default-value-changed': [sent({ default: 'x' }), sent({ default: 'y' })],
  'request-property-default-value-removed': [sent({ default: 'x' }), sent({})],
  'request-required-property-became-read-only': [sent({}, ['a']), sent({ readOnly: true }, ['a'])],
  'response-body-all-of-removed': [{ output: { allOf: [b, object({ c: text })] } }, { output: { allOf: [b] } }],
  'response-body-any-of-added': [{ output: { anyOf: [b] } }, { output: { anyOf: [b, object({ c: text })] } }],
  'response-media-type-name-specialized': [{ media: 'application/json' }, { media: 'application/hal+json' }],
  'response-non-success-status-removed': [{ responses: { 409: { description: 'No.' } } }, {}],
  'response-optional-property-became-write-only': [told(text), told({ ...text, writeOnly: true })],
  'response-property-all-of-removed': [told({ allOf: [b, object({ c: text })] }), told({ allOf: [b] })],
  'response-property-any-of-added': [told({ anyOf: [b] }), told({ anyOf: [b, object({ c: text })] })],
  'response-property-pattern-changed': [told({ ...text, pattern: '^a' }), told({ ...text, pattern: '^b' })],
  'response-property-pattern-removed': [told({ ...text, pattern: '^a' }), told(text)],
  'response-required-property-became-write-only': [
    { output: object({ a: text }, { required: ['a'] }) },
    { output: object({ a: { ...text, writeOnly: true } }, { required: ['a'] }) },
  ],
  'response-success-status-added': [{}, { responses: { 202: { description: 'Later.' } } }],
};

const checksOf = async (before: object, after: object) =>
  (await breakingChanges(before, after)).map(({ check }) => check);

describe('a released contract is broken by', () => {
  it.each(Object.entries(changes))('%s', async (check, [before, after]) => {
    expect(await checksOf(documentOf(before), documentOf(after))).toContain(check);
    expect(await checksOf(documentOf(after), documentOf(after))).toEqual([]);
  });

  it('the end of an operation that was to end, and of its path', async () => {
    const deprecated = documentOf({ deprecated: true });
    const all = structuredClone(deprecated) as unknown as { paths: Record<string, Record<string, object>> };
    const without = structuredClone(all);
    delete without.paths['/things']?.['post'];
    expect(await checksOf(deprecated, without)).toEqual(['api-removed-with-deprecation']);
    for (const operation of Object.values(all.paths['/things'] ?? {})) Object.assign(operation, { deprecated: true });
    expect(await checksOf(all, documentOf(undefined))).toContain('api-path-removed-with-deprecation');
  });

  it('a credential that is needed by now', async () => {
    const secured = (security: object[]) => {
      const document = documentOf({});
      return { ...document, components: { securitySchemes: { user: { type: 'http', scheme: 'bearer' } } }, security };
    };
    expect(await checksOf(secured([]), secured([{ user: [] }]))).toContain('credential-no-longer-suffices');
    expect(await checksOf(secured([{ user: [] }]), secured([{}, { user: [] }]))).toEqual([]);
  });
});

it('every check that is stricter here is one of oasdiff’s, and is shown above', () => {
  const shown = [...Object.keys(changes), 'api-removed-with-deprecation', 'api-path-removed-with-deprecation'];
  expect([...STRICTER_CHECKS].sort()).toEqual(shown.sort());
});
