import { expect, it } from 'vitest';
import { Contract, ContractBroken, type ContractDocument, type Exchange } from './contract.js';

const note = { type: 'object', required: ['id'], properties: { id: { type: 'string', format: 'uuid' } } };
const document: ContractDocument = {
  info: { version: '2026-11-01' },
  paths: {
    '/notes/{id}': {
      get: {
        responses: {
          200: { content: { 'application/hal+json': { schema: { $ref: '#/components/schemas/Note' } } } },
          401: { headers: { 'WWW-Authenticate': {} } },
          404: { content: { 'application/problem+json': { schema: {}, examples: { NOTE_UNKNOWN: {} } } } },
        },
      },
      delete: { responses: { 204: {} } },
    },
    '/notes/newest': { get: { responses: { 204: {} } } },
  },
  components: { schemas: { Note: note } },
};
const contract = new Contract(document);

const HAL = 'application/hal+json; charset=utf-8';
const id = '019ac11e-8d2a-7c4e-9f10-2b5d3e6a7c80';

function check({ media = HAL, ...rest }: Partial<Omit<Exchange, 'headers'>> & { media?: string }): void {
  const headers = new Headers({ 'content-type': media });
  contract.check({ method: 'GET', path: '/notes/1', requestHeaders: {}, status: 200, text: '{}', ...rest, headers });
}

it('takes an answer that is as the document says', () => {
  check({ text: JSON.stringify({ id }) });
  check({ method: 'DELETE', status: 204, text: '' });
  check({ status: 404, media: 'application/problem+json', text: '{"code":"NOTE_UNKNOWN"}' });
});

it.each([
  ['a status that is not there', { status: 418 }],
  ['a body that breaks the schema', { text: '{"id":"1"}' }],
  ['a body of another media type', { media: 'application/json', text: JSON.stringify({ id }) }],
  ['a body where there is none', { method: 'DELETE', status: 204, text: '{}' }],
  ['no body where there is one', { text: '' }],
  ['a code that is not named', { status: 404, media: 'application/problem+json', text: '{"code":"OTHER"}' }],
  ['an answer without a header', { status: 401, text: '' }],
  ['the answer of another route', { path: '/notes/newest', text: JSON.stringify({ id }) }],
])('refuses %s', (_what, exchange) => {
  expect(() => check(exchange)).toThrow(ContractBroken);
});

it('leaves alone what the document does not speak of', () => {
  check({ path: '/elsewhere', status: 418 });
  check({ path: '/notes/1?fields=title', text: '{"title":"a"}' });
});

it('takes later errors of a released contract, and nothing else that is new', () => {
  const released = new Contract(document, { takesAdditions: true });
  const headers = (media: string) => new Headers({ 'content-type': media });
  const exchange = { method: 'GET', path: '/notes/1', requestHeaders: {}, headers: headers(HAL) };
  released.check({ ...exchange, status: 418, text: '' });
  const problem = headers('application/problem+json');
  released.check({ ...exchange, status: 404, text: '{"code":"OTHER"}', headers: problem });
  released.check({ ...exchange, status: 200, text: JSON.stringify({ id, colour: 'red' }) });
  expect(() => released.check({ ...exchange, status: 202, text: '' })).toThrow(ContractBroken);
  expect(() => released.check({ ...exchange, status: 200, text: '{"colour":"red"}' })).toThrow(ContractBroken);
});
