import { errorCatalogue, newId } from '@tenantry/kernel';
import { NotesModule } from '@tenantry/example-notes';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FaultyModule, SECRET_OF_A_FAULT } from '../support/faulty.module.js';
import { exchange, rawRequest } from '../support/raw-request.js';
import type { TestResponse } from '../support/test-client.js';
import { startPlatform, type TestPlatform, type TestTenant } from '../support/test-platform.js';

let platform: TestPlatform;
let acme: TestTenant;
let globex: TestTenant;

beforeAll(async () => {
  platform = await startPlatform({ modules: [NotesModule, FaultyModule] });
  [acme, globex] = [await platform.createTenant('acme'), await platform.createTenant('globex')];
});

afterAll(() => platform.close());

const member = ['code', 'detail', 'instance', 'status', 'title', 'type'];

function isProblem(answer: Pick<TestResponse, 'status' | 'body' | 'headers'>, status: number, code?: string): void {
  expect(answer.status).toBe(status);
  expect(answer.headers.get('content-type')).toContain('application/problem+json');
  const { body } = answer;
  expect(
    Object.keys(body)
      .filter((name) => name !== 'errors')
      .sort(),
  ).toEqual(member);
  expect(body['status']).toBe(status);
  expect(body['instance']).toBe(`urn:tenantry:request:${answer.headers.get('x-request-id')}`);
  expect(body['type']).toBe(`/problems/${String(body['code']).toLowerCase().replaceAll('_', '-')}`);
  if (code) expect(body['code']).toBe(code);
}

const json = (body: string, type = 'application/json') =>
  acme.owner.with({ 'content-type': type }).send('POST', '/notes', body);

describe('an error is a problem document', () => {
  const requests: Record<string, [number, string, () => Promise<TestResponse>]> = {
    'of a body that is not JSON': [400, 'REQUEST_MALFORMED', () => json('{"title": ')],
    'of an empty body that is said to be JSON': [400, 'REQUEST_INVALID', () => json('')],
    'of a body with __proto__': [
      400,
      'REQUEST_MALFORMED',
      () => json('{"title":"x","body":"","__proto__":{"id":"x"}}'),
    ],
    'of a body with constructor.prototype': [
      400,
      'REQUEST_MALFORMED',
      () => json('{"title":"x","body":"","constructor":{"prototype":{}}}'),
    ],
    'of a body of the wrong form': [400, 'REQUEST_INVALID', () => json('{"title":1}')],
    'of a body that is an array': [400, 'REQUEST_INVALID', () => json('[]')],
    'of a body that is an array of right ones': [400, 'REQUEST_INVALID', () => json('[{"title":"x","body":""}]')],
    'of a body that is a text': [400, 'REQUEST_INVALID', () => json('"x"')],
    'of a body that is a number': [400, 'REQUEST_INVALID', () => json('5')],
    'of a body that is null': [400, 'REQUEST_INVALID', () => json('null')],
    'of no tenant': [400, 'TENANT_REQUIRED', () => platform.anyone.get('/notes')],
    'of nobody': [401, 'AUTH_REQUIRED', () => platform.anyone.with({ 'x-tenant': 'acme' }).get('/notes')],
    'of a tenant that does not agree': [
      403,
      'TENANT_MISMATCH',
      () => acme.owner.with({ 'x-tenant': 'globex' }).get('/notes'),
    ],
    'of an unknown tenant': [404, 'TENANT_UNKNOWN', () => platform.anyone.with({ 'x-tenant': 'nobody' }).get('/notes')],
    'of an unknown route': [404, 'RESOURCE_UNKNOWN', () => acme.owner.get('/nowhere')],
    'of an unknown note': [404, 'RESOURCE_UNKNOWN', () => acme.owner.get(`/notes/${newId()}`)],
    'of an id that is none': [404, 'RESOURCE_UNKNOWN', () => acme.owner.get('/notes/not-an-id')],
    'of a method that a route does not have': [404, 'RESOURCE_UNKNOWN', () => acme.owner.send('PUT', '/notes', {})],
    'of a conflict': [
      409,
      'TENANT_SLUG_TAKEN',
      () => platform.operator.post('/admin/tenants', { slug: 'acme', name: 'A', owner: { email: 'a@b.example' } }),
    ],
    'of a conflict in the database': [409, 'RESOURCE_CONFLICT', () => acme.owner.post('/faults/unique', {})],
    'of a body of two megabytes': [
      413,
      'REQUEST_TOO_LARGE',
      () => json(JSON.stringify({ title: 'x', body: 'x'.repeat(2_000_000) })),
    ],
    'of plain text': [415, 'REQUEST_MEDIA_TYPE', () => json('title', 'text/plain')],
    'of a form': [415, 'REQUEST_MEDIA_TYPE', () => json('title=x&body=', 'application/x-www-form-urlencoded')],
    'of a multipart form': [415, 'REQUEST_MEDIA_TYPE', () => json('--x--', 'multipart/form-data; boundary=x')],
    'of XML': [415, 'REQUEST_MEDIA_TYPE', () => json('<a/>', 'application/xml')],
    'of a media type that is none': [415, 'REQUEST_MEDIA_TYPE', () => json('{}', 'json')],
    'of a note too long': [422, 'NOTES_TOO_LONG', () => json(JSON.stringify({ title: 'x', body: 'x'.repeat(10_001) }))],
    'of NUL in a title': [422, 'REQUEST_UNPROCESSABLE', () => json('{"title":"a\\u0000b","body":""}')],
    'of a plan that there is not': [
      422,
      'PLAN_UNKNOWN',
      () => platform.operator.patch(`/admin/tenants/${acme.id}`, { plan: 'nope' }),
    ],
    'of a missing plan': [404, 'PLAN_NOT_FOUND', () => platform.operator.get('/admin/plans/nope')],
    'of a fault of ours': [500, 'SERVER_ERROR', () => acme.owner.get('/faults/error')],
  };

  it.each(Object.entries(requests))('%s', async (_, [status, code, send]) => {
    isProblem(await send(), status, code);
  });

  it('of a body that is not UTF-8', async () => {
    const body = Buffer.concat([
      Buffer.from('{"title":"'),
      Buffer.from([0xff, 0xfe, 0xc3, 0x28]),
      Buffer.from('","body":""}'),
    ]);
    const headers = [
      ['Host', 'localhost'],
      ['Authorization', String(acme.owner.headers['authorization'])],
      ['Content-Type', 'application/json'],
    ] as const;
    const answer = await rawRequest(platform.url, { method: 'POST', path: '/notes', headers, body });
    isProblem({ ...answer, headers: new Headers([...answer.headers]) }, 400);
  });

  it('of a path that cannot be decoded', async () => {
    for (const path of ['/notes/%zz', '/%', '/notes/%ff']) {
      const answer = await acme.owner.get(path);
      expect([400, 404]).toContain(answer.status);
      isProblem(answer, answer.status);
    }
  });

  it('of a body nested a hundred thousand deep', async () => {
    const depth = 100_000;
    for (const deep of [
      `{"title":${'['.repeat(depth)}${']'.repeat(depth)},"body":""}`,
      `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`,
    ]) {
      const answer = await json(deep);
      isProblem(answer, 400);
    }
  });

  it('of a compressed body that is no such thing, or that is far larger than it looks', async () => {
    const zipped = acme.owner.with({ 'content-type': 'application/json', 'content-encoding': 'gzip' });
    const garbage = await zipped.send('POST', '/notes', 'this is not gzip');
    expect([400, 415]).toContain(garbage.status);
    isProblem(garbage, garbage.status);
    const unknown = await zipped.with({ 'content-encoding': 'zip' }).send('POST', '/notes', '{}');
    expect([400, 415]).toContain(unknown.status);
    isProblem(unknown, unknown.status);
  });

  it('names every fault of a body by its pointer', async () => {
    const answer = await acme.owner.post('/notes', { title: '', body: 5, extra: true });
    const faults = answer.body['errors'] as { pointer: string; detail: string }[];
    expect(new Set(faults.map(({ pointer }) => pointer))).toEqual(new Set(['/title', '/body', '/extra']));
    for (const { detail } of faults) expect(detail.length).toBeGreaterThan(5);
  });

  it('of a request that is no HTTP says so without a word of what runs here', async () => {
    for (const bytes of [
      'GET / HTTP/1.1\r\n\r\n',
      'NONSENSE\r\n\r\n',
      'FOO / HTTP/1.1\r\nHost: x\r\n\r\n',
      `GET / HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(40_000)}\r\n\r\n`,
    ]) {
      const answer = await exchange(platform.url, Buffer.from(bytes));
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.status).toBeLessThan(500);
      expect(answer.text).not.toMatch(/fastify|node|stack|\.js/i);
    }
  });
});

describe('a fault of ours', () => {
  it.each(['error', 'string', 'undefined', 'sql', 'foreign-schema'])(
    '(%s) tells the client nothing and the log everything',
    async (fault) => {
      const requestId = `fault-${fault}`;
      const answer = await acme.owner.with({ 'x-request-id': requestId }).get(`/faults/${fault}`);
      isProblem(answer, 500, 'SERVER_ERROR');
      expect(answer.text).not.toMatch(
        new RegExp(
          `${SECRET_OF_A_FAULT}|t_|platform\\.|SELECT|select|relation|permission|\\.ts|\\.js|node_modules|at `,
        ),
      );
      const lines = platform.log
        .filter((line) => line.includes(`"requestId":"${requestId}"`))
        .map((line) => JSON.parse(line) as Record<string, unknown>);
      const logged = lines.find(({ level }) => level === 'error');
      expect(logged).toMatchObject({ context: 'Errors', tenant: 'acme' });
      if (fault === 'error' || fault === 'string') expect(JSON.stringify(logged)).toContain(SECRET_OF_A_FAULT);
      if (fault === 'sql') expect(JSON.stringify(logged)).toContain('no_such_table');
    },
  );

  it('on a public route is no different', async () => {
    const answer = await platform.anyone.get('/faults/public-error');
    isProblem(answer, 500, 'SERVER_ERROR');
    expect(answer.text).not.toContain(SECRET_OF_A_FAULT);
  });

  it('leaves the next request alone', async () => {
    expect((await globex.owner.get('/faults/error')).status).toBe(500);
    expect((await globex.owner.get('/notes')).status).toBe(200);
  });
});

describe('a kind of problem', () => {
  it('has a page, each code of the catalogue', async () => {
    const codes = errorCatalogue();
    expect(codes.length).toBeGreaterThan(30);
    for (const { code, status, title } of codes) {
      const answer = await platform.anyone.get(`/problems/${code.toLowerCase().replaceAll('_', '-')}`);
      expect(answer).toMatchObject({ status: 200, body: { code, status, title } });
    }
  });

  it('that there is not is a problem itself', async () => {
    for (const kind of ['nope', '__proto__', 'RESOURCE_UNKNOWN', '%00'])
      isProblem(await platform.anyone.get(`/problems/${kind}`), 404);
  });
});

it('a transaction that was idle for longer than it may, because the process was held up, asks for another try', async () => {
  const held = await startPlatform({ modules: [FaultyModule], environment: { TENANTRY_STATEMENT_TIMEOUT: '1500' } });
  const { owner } = await held.createTenant('held');
  const answer = await owner.post('/faults/idle', {});
  isProblem(answer, 503, 'SERVER_BUSY');
  expect(answer.headers.get('retry-after')).toBe('1');
  expect((await owner.get('/me')).status).toBe(200);
  await held.close();
});
