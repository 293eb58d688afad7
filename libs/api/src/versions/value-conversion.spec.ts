import { removed, type JsonSchema } from '@tenantry/kernel';
import { describe, expect, it } from 'vitest';
import { ValueConversions } from './value-conversion.js';
import { VersionStep } from './version-step.js';

const text = { type: 'string' };
const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const schemas: Record<string, JsonSchema> = {
  Line: { type: 'object', properties: { product: text }, required: ['product'] },
  Note: { type: 'object', properties: { text, line: ref('Line') }, required: ['text'] },
  Loop: { type: 'object', properties: { next: ref('Loop') } },
};
const step = new VersionStep(schemas, schemas, [{ schema: 'Line', changes: [removed('seen', {}, () => true)] }]);
const conversions = new ValueConversions([step], 'down');
const visited = (value: unknown, schema: JsonSchema) => {
  const convert = conversions.of(schema);
  return convert ? convert(value) : value;
};

const line = { product: 'Cup' };
const seen = { ...line, seen: true };

describe('an object of a schema', () => {
  it.each<[string, JsonSchema, unknown, unknown]>([
    ['by itself', ref('Line'), line, seen],
    ['in a list', { type: 'array', items: ref('Line') }, [line, null, 1], [seen, null, 1]],
    ['in a list of lists', { items: { items: ref('Line') } }, [[line]], [[seen]]],
    ['under any name', { additionalProperties: ref('Line') }, { a: line, b: line }, { a: seen, b: seen }],
    [
      'under a name of its own beside others',
      { properties: { a: text }, additionalProperties: ref('Line') },
      { a: line, b: line },
      { a: line, b: seen },
    ],
    [
      'as part of a whole',
      { allOf: [ref('Line'), { properties: { a: ref('Line') } }] },
      { ...line, a: line },
      { ...seen, a: seen },
    ],
    ['as the alternative that fits', { anyOf: [ref('Note'), ref('Line')] }, line, seen],
    [
      'inside the alternative that fits',
      { oneOf: [ref('Line'), ref('Note')] },
      { text: 'a', line },
      { text: 'a', line: seen },
    ],
    [
      'as one of several types',
      { anyOf: [{ type: ['object', 'null'], properties: { a: ref('Line') } }] },
      { a: line },
      { a: seen },
    ],
    ['as a list or nothing', { anyOf: [{ type: 'null' }, { type: 'array', items: ref('Line') }] }, [line], [seen]],
  ])('is found %s', (_where, schema, value, expected) => {
    expect(visited(value, schema)).toEqual(expected);
  });

  it('is not looked for where it cannot be', () => {
    expect([conversions.of(ref('Loop')), conversions.of(ref('Nothing'))]).toEqual([undefined, undefined]);
    const value = { next: { next: {} } };
    expect(visited(value, ref('Loop'))).toBe(value);
  });

  it('is nothing that a caller made up', () => {
    for (const value of [null, 'text', 7, undefined]) expect(visited(value, ref('Line'))).toBe(value);
    expect(
      visited(JSON.parse('{"__proto__": {"product": "x"}}'), { properties: {}, additionalProperties: ref('Line') }),
    ).toEqual(JSON.parse('{"__proto__": {"product": "x", "seen": true}}'));
  });
});
