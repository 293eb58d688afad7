import { And, Equal, In, type FindOptionsWhere } from 'typeorm';
import { expect, it } from 'vitest';
import { narrowed } from './narrowed.js';

interface Row {
  id: string;
  state: string;
}

it.each<[FindOptionsWhere<Row>, FindOptionsWhere<Row>]>([
  [{ state: 'open' }, { state: 'open', id: Equal('x') }],
  [{ id: 'y' }, { id: And(Equal('y'), Equal('x')) }],
  [{ id: In(['y', 'z']) }, { id: And(In(['y', 'z']), Equal('x')) }],
])('conditions keep what they say of the id when another is added', (where, expected) => {
  expect(narrowed(where, Equal('x'))).toEqual(expected);
});
