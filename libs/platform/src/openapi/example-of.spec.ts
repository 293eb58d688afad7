import { expect, it } from 'vitest';
import { exampleOf } from './example-of.js';

it.each([
  ['its own example', { type: 'string', examples: ['mine', 'other'] }, 'mine'],
  ['its default', { type: 'integer', default: 25 }, 25],
  ['the first of its values', { type: 'string', enum: ['open', 'closed'] }, 'open'],
  ['a value of its format', { type: 'string', format: 'date' }, '2026-11-22'],
  ['a text that is long enough', { type: 'string', minLength: 10 }, 'Example...'],
  ['a text that is short enough', { type: 'string', maxLength: 3 }, 'Exa'],
  ['a text of its pattern', { type: 'string', pattern: '^[A-Z]+_[A-Z]+$' }, 'AREA_REASON'],
  ['nothing for a pattern that only a person understands', { type: 'string', pattern: '^x{7}y$' }, undefined],
  ['a number within its bounds', { type: 'number', exclusiveMinimum: 4 }, 5],
  ['a value rather than null', { type: ['string', 'null'], format: 'uuid' }, '019ac11e-8d2a-7c4e-9f10-2b5d3e6a7c80'],
  ['as many items as it must have', { type: 'array', items: { type: 'boolean' }, minItems: 2 }, [true, true]],
])('a schema gets %s', (_what, schema, example) => {
  expect(exampleOf(schema, {})).toEqual(example);
});

it('makes an object of what it can, and none without what is required', () => {
  const hard = { type: 'string', pattern: '^x{7}y$' };
  const properties = { title: { type: 'string' }, hard };
  expect(exampleOf({ type: 'object', properties }, {})).toEqual({ title: 'Title' });
  expect(exampleOf({ type: 'object', properties, required: ['hard'] }, {})).toBeUndefined();
});

it('follows references, and ends where they go round', () => {
  const ref = { $ref: '#/components/schemas/Note' };
  const schemas = { Note: { type: 'object', properties: { title: { type: 'string' }, parent: ref } } };
  expect(exampleOf(ref, schemas)).toEqual({ title: 'Title' });
});
