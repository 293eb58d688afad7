import { gunzipSync, gzipSync } from 'node:zlib';
import { NotesModule } from '@tenantry/example-notes';
import { Readiness } from '@tenantry/api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FaultyModule } from '../support/faulty.module.js';
import { rawRequest } from '../support/raw-request.js';
import { startPlatform, type TestPlatform, type TestTenant } from '../support/test-platform.js';

let platform: TestPlatform;
let acme: TestTenant;

beforeAll(async () => {
  platform = await startPlatform({ modules: [NotesModule, FaultyModule] });
  acme = await platform.createTenant('acme');
  await platform.createTenant('globex');
});

afterAll(() => platform.close());

describe('the request id', () => {
  it.each(['abc', 'A-1_2.3:4', 'x'.repeat(128)])('%s is echoed', async (id) => {
    expect((await platform.anyone.with({ 'x-request-id': id }).get('/health/live')).headers.get('x-request-id')).toBe(
      id,
    );
  });

  it.each(['', 'a b', 'a"b', '{"a":1}', 'x'.repeat(129), 'a\tb', '<script>', '\u00e9'])(
    '%j is replaced by one of ours',
    async (id) => {
      const echoed = (await platform.anyone.with({ 'x-request-id': id }).get('/health/live')).headers.get(
        'x-request-id',
      );
      expect(echoed).toMatch(/^[0-9a-f-]{36}$/);
    },
  );

  it('is made where there is none, and is another each time, on every answer', async () => {
    const paths = [
      '/health/live',
      '/nowhere',
      '/notes',
      '/openapi.json',
      '/docs',
      '/admin/tenants',
      '/problems',
      '/.well-known/jwks.json',
    ];
    const ids = await Promise.all(
      paths.map(async (path) => (await platform.anyone.get(path)).headers.get('x-request-id')),
    );
    expect(new Set(ids).size).toBe(paths.length);
    expect(ids).not.toContain(null);
  });

  it('that is there twice is replaced', async () => {
    const headers = [
      ['Host', 'localhost'],
      ['X-Request-Id', 'one'],
      ['X-Request-Id', 'two'],
    ] as const;
    expect((await rawRequest(platform.url, { path: '/health/live', headers })).headers.get('x-request-id')).toMatch(
      /^[0-9a-f-]{36}$/,
    );
  });

  it('stands in the log line of the request, with its tenant', async () => {
    await acme.owner.with({ 'x-request-id': 'find-me' }).get('/notes?cursor=secret-in-a-query');
    const lines = platform.log
      .filter((line) => line.includes('find-me'))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({
      msg: 'request',
      method: 'GET',
      route: '/notes',
      status: 400,
      tenant: 'acme',
      tenantId: acme.id,
    });
    expect(platform.log.join('')).not.toContain('secret-in-a-query');
  });
});

describe('headers', () => {
  it('of security are on every answer, errors too', async () => {
    for (const path of ['/health/live', '/nowhere', '/notes', '/openapi.json']) {
      const { headers } = await platform.anyone.get(path);
      expect(headers.get('content-security-policy')).toBe(`default-src 'none';frame-ancestors 'none'`);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('strict-transport-security')).toContain('max-age=');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('x-powered-by')).toBeNull();
      expect(headers.get('server')).toBeNull();
    }
  });

  it('let nobody store an error', async () => {
    expect((await platform.anyone.get('/notes')).headers.get('cache-control')).toBe('no-store');
  });
});

describe('compression', () => {
  const get = (path: string, encoding: string) => acme.owner.with({ 'accept-encoding': encoding }).get(path);

  it('is for large answers to those who ask for it', async () => {
    const large = await get('/faults/large', 'gzip');
    expect(large.headers.get('content-encoding')).toBe('gzip');
    expect(large.headers.get('vary')).toContain('accept-encoding');
    expect(String(large.body['text'])).toHaveLength(18_000);
    expect((await get('/faults/large', 'identity')).headers.get('content-encoding')).toBeNull();
    expect((await get('/me', 'gzip')).headers.get('content-encoding')).toBeNull();
  });

  it('of a request is undone, and counts in full against the limit', async () => {
    const post = (body: Buffer) =>
      rawRequest(platform.url, {
        method: 'POST',
        path: '/notes',
        headers: [
          ['Host', 'localhost'],
          ['Authorization', String(acme.owner.headers['authorization'])],
          ['Content-Type', 'application/json'],
          ['Content-Encoding', 'gzip'],
        ],
        body,
      });
    const bomb = gzipSync(Buffer.from(JSON.stringify({ title: 'x', body: ' '.repeat(50_000_000) })));
    expect(gunzipSync(bomb).length).toBeGreaterThan(bomb.length * 100);
    expect((await post(bomb)).status).toBe(413);
    expect([201, 415]).toContain((await post(gzipSync(Buffer.from('{"title":"x","body":""}')))).status);
  });
});

describe('health', () => {
  it('is up, alive and ready, and cached by nobody', async () => {
    for (const path of ['/health/live', '/health/ready']) {
      const answer = await platform.anyone.get(path);
      expect(answer).toMatchObject({ status: 200, body: { status: 'up' } });
      expect(answer.headers.get('cache-control')).toBe('no-store');
    }
  });

  it('is not ready while draining, but alive', async () => {
    const readiness = platform.platform.app.get(Readiness);
    readiness.state = 'stopping';
    try {
      const ready = await platform.anyone.get('/health/ready');
      expect(ready).toMatchObject({ status: 503, body: { code: 'SERVER_BUSY' } });
      expect(Number(ready.headers.get('retry-after'))).toBeGreaterThan(0);
      expect((await platform.anyone.get('/health/live')).status).toBe(200);
    } finally {
      readiness.state = 'serving';
    }
  });

  it('asks for no tenant, whatever the host', async () => {
    const answer = await rawRequest(platform.url, { path: '/health/ready', headers: [['Host', 'nobody.localhost']] });
    expect(answer.status).toBe(200);
  });
});

describe('HEAD and OPTIONS', () => {
  it('HEAD answers as GET without a body', async () => {
    const [get, head] = [await acme.owner.get('/notes'), await acme.owner.send('HEAD', '/notes')];
    expect([head.status, head.text]).toEqual([200, '']);
    expect(head.headers.get('content-type')).toBe(get.headers.get('content-type'));
    expect((await platform.anyone.with({ 'x-tenant': 'acme' }).send('HEAD', '/notes')).status).toBe(401);
    expect((await acme.owner.with({ 'x-tenant': 'globex' }).send('HEAD', '/notes')).status).toBe(403);
  });

  it('OPTIONS is no route', async () => {
    expect((await acme.owner.send('OPTIONS', '/notes')).status).toBe(404);
  });
});

describe('the documentation', () => {
  it('is an OpenAPI document that says what each route needs', async () => {
    const { status, body } = await platform.anyone.get('/openapi.json');
    expect([status, String(body['openapi'])]).toEqual([200, expect.stringMatching(/^3\./)]);
    type Operation = {
      security?: Record<string, unknown>[];
      parameters?: { name: string }[];
      responses: Record<string, unknown>;
    };
    const paths = body['paths'] as Record<string, Record<string, Operation>>;
    expect(Object.keys(paths['/notes'] ?? {})).toEqual(expect.arrayContaining(['get', 'post']));
    expect(paths['/notes']?.['get']?.security).toEqual([{ user: [] }]);
    expect(paths['/notes']?.['get']?.parameters?.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['X-Tenant', 'limit', 'cursor']),
    );
    expect(paths['/admin/tenants']?.['post']?.security).toEqual([{ operator: [] }]);
    expect(paths['/auth/login']?.['post']?.security).toEqual([]);
    expect(Object.keys(paths['/notes/{id}'] ?? {})).toEqual(expect.arrayContaining(['get', 'patch', 'delete']));
    const components = body['components'] as {
      securitySchemes: object;
      schemas: Record<string, { properties: object }>;
    };
    expect(Object.keys(components.securitySchemes)).toEqual(expect.arrayContaining(['user', 'operator']));
    expect(Object.keys(components.schemas['NewNote']?.properties ?? {})).toEqual(['title', 'body']);
  });

  it.each(['/docs', '/docs/', '/docs?x=1'])(
    'page at %s loads its scripts and styles from here, as its policy allows',
    async (path) => {
      const page = await platform.anyone.get(path);
      expect(page.status).toBe(200);
      expect(page.headers.get('content-type')).toContain('text/html');
      const policy = String(page.headers.get('content-security-policy'));
      expect(policy).toContain(`default-src 'self'`);
      expect(policy).not.toMatch(/script-src|unsafe-eval/);
      const scripts = [...page.text.matchAll(/<script([^>]*)>([\s\S]*?)<\/script>/g)];
      expect(scripts.length).toBeGreaterThan(1);
      expect(scripts.filter(([, , inline]) => inline?.trim())).toEqual([]);
      const sources = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, source]) => String(source));
      for (const source of sources) {
        const url = new URL(source, new URL(path, platform.url));
        if (url.protocol === 'data:') continue;
        expect(url.origin).toBe(new URL(platform.url).origin);
        expect([source, (await platform.anyone.get(url.pathname)).status]).toEqual([source, 200]);
      }
    },
  );

  it('gives no file but its own', async () => {
    for (const path of ['/docs/../package.json', '/docs/..%2f..%2fpackage.json', '/docs/%2e%2e/%2e%2e/etc/passwd']) {
      const answer = await rawRequest(platform.url, { path, headers: [['Host', 'localhost']] });
      expect([path, [403, 404].includes(answer.status)]).toEqual([path, true]);
      expect(answer.text).not.toContain('dependencies');
    }
  });
});

describe('another origin', () => {
  const preflight = (at: TestPlatform, origin: string) =>
    at.anyone
      .with({
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,x-tenant',
      })
      .send('OPTIONS', '/notes');

  it('is let in by nothing unless it is configured', async () => {
    for (const answer of [
      await preflight(platform, 'https://app.example'),
      await platform.anyone.with({ origin: 'https://app.example' }).get('/'),
    ]) {
      expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    }
    expect((await preflight(platform, 'https://app.example')).status).toBe(404);
  });

  it('is let in when it is configured, and no other', async () => {
    const open = await startPlatform({
      environment: { TENANTRY_CORS_ORIGINS: 'https://app.example,https://other.example' },
    });
    try {
      const allowed = await preflight(open, 'https://app.example');
      expect(allowed.status).toBe(204);
      expect(allowed.headers.get('access-control-allow-origin')).toBe('https://app.example');
      expect(allowed.headers.get('access-control-allow-methods')).toMatch(/POST/);
      expect(allowed.headers.get('access-control-allow-headers')).toContain('x-tenant');
      expect(allowed.headers.get('access-control-allow-credentials')).toBeNull();
      for (const origin of [
        'https://evil.example',
        'https://app.example.evil.example',
        'null',
        'http://app.example',
        'https://APP.example',
      ]) {
        expect((await preflight(open, origin)).headers.get('access-control-allow-origin')).not.toBe(origin);
        expect((await open.anyone.with({ origin }).get('/')).headers.get('access-control-allow-origin')).toBeNull();
      }
      const refused = await open.anyone.with({ origin: 'https://app.example' }).get('/notes');
      expect(refused.headers.get('access-control-allow-origin')).toBe('https://app.example');
      const exposed = refused.headers.get('access-control-expose-headers')?.split(', ');
      expect(exposed).toEqual(
        expect.arrayContaining(['x-request-id', 'retry-after', 'date', 'etag', 'sunset', 'link']),
      );
    } finally {
      await open.close();
    }
  });
});
