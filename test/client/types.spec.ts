import {
  isProblem,
  type AnswerOf,
  type ApiProblem,
  type components,
  type paths,
  type ProblemCode,
  type TenantryClient,
} from '@tenantry/client';
import { describe, expectTypeOf, it } from 'vitest';

type Schemas = components['schemas'];

interface Ticket {
  readonly id: string;
  readonly state: 'open' | 'closed';
}

/** As openapi-typescript describes a module's routes. */
interface TicketPaths {
  '/tickets': {
    get: {
      parameters: { query?: { limit?: number; sort?: string }; path?: never };
      requestBody?: never;
      responses: { 200: { content: { 'application/hal+json': { _embedded: { item: Ticket[] } } } } };
    };
    post: {
      parameters: { query?: never; path?: never };
      requestBody: { content: { 'application/json': { title: string } } };
      responses: { 201: { content: { 'application/hal+json': Ticket } } };
    };
    delete?: never;
  };
  '/tickets/{id}/close': {
    post: {
      parameters: { query?: never; path: { id: string } };
      requestBody?: { content: { 'application/json': { reason?: string } } };
      responses: { 200: { content: { 'application/hal+json': Ticket } }; 204: { content?: never } };
    };
  };
}

/** Never called: what is written in it must compile, or must not. */
type Uses = [core: (client: TenantryClient) => void, custom: (client: TenantryClient<TicketPaths>) => void];

const uses: Uses = [
  (client) => {
    expectTypeOf(client.get('/notes/{id}', { params: { id: '1' } })).resolves.toEqualTypeOf<Schemas['Note']>();
    expectTypeOf(client.delete('/notes/{id}', { params: { id: '1' } })).resolves.toEqualTypeOf<undefined>();
    expectTypeOf(client.post('/users', { body: { email: 'a@b.c' } })).resolves.toEqualTypeOf<Schemas['UserView']>();
    expectTypeOf(client.get('/me')).resolves.toEqualTypeOf<AnswerOf<paths['/me']['get']>>();
    void client.get('/notes', { query: { limit: 5, 'filter[title][prefix]': 'a' } });
    // @ts-expect-error there is no such path
    void client.get('/nothing');
    // @ts-expect-error it cannot be posted to
    void client.post('/usage');
    // @ts-expect-error the id is missing
    void client.get('/notes/{id}');
    // @ts-expect-error the body is missing
    void client.post('/notes');
    // @ts-expect-error a note has no colour
    void client.post('/notes', { body: { title: 'a', body: 'b', colour: 'red' } });
    // @ts-expect-error a limit is a number
    void client.get('/notes', { query: { limit: 'many' } });
    // @ts-expect-error a read has no condition
    void client.get('/me', { ifMatch: '"1"' });
  },
  (client) => {
    expectTypeOf(client.list('/tickets').next()).resolves.toEqualTypeOf<IteratorResult<Ticket, void>>();
    expectTypeOf(client.post('/tickets/{id}/close', { params: { id: '1' } })).resolves.toEqualTypeOf<
      Ticket | undefined
    >();
    void client.list('/tickets', { query: { sort: '-id', filter: { state: { in: ['open', 'closed'] } } } });
    // @ts-expect-error these are not the routes of the notes
    void client.get('/notes');
    // @ts-expect-error a module's bodies are checked too
    void client.post('/tickets', { body: { title: 1 } });
  },
];

describe('the types of a client', () => {
  it('are those of the API’s description, for core and custom routes alike', () => {
    expectTypeOf(uses).toEqualTypeOf<Uses>();
  });

  it('know the codes of problems, and let others be', () => {
    const error: unknown = undefined;
    if (isProblem(error, 'NOTES_TOO_LONG')) expectTypeOf(error).toEqualTypeOf<ApiProblem<'NOTES_TOO_LONG'>>();
    if (isProblem(error, 'TICKETS_TOO_MANY')) expectTypeOf(error.code).toEqualTypeOf<'TICKETS_TOO_MANY'>();
    if (isProblem(error)) expectTypeOf(error.retryAfter).toEqualTypeOf<number | undefined>();
    expectTypeOf<'TENANT_MISMATCH'>().toExtend<ProblemCode>();
    expectTypeOf<'TICKETS_TOO_MANY'>().not.toExtend<ProblemCode>();
  });
});
