import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '@tenantry/platform';
import { rawRequest, type RawRequest } from '../support/raw-request.js';
import { startPlatform, type TestPlatform, type TestTenant } from '../support/test-platform.js';

let platform: TestPlatform;
let acme: TestTenant;
let globex: TestTenant;

beforeAll(async () => {
  platform = await startPlatform();
  [acme, globex] = [await platform.createTenant('acme'), await platform.createTenant('globex')];
});

afterAll(() => platform.close());

interface Said {
  readonly host?: string;
  readonly header?: string;
  readonly token?: string;
}

const tokenOf = (tenant: TestTenant) => String(tenant.owner.headers['authorization']);

const request = ({ host = '127.0.0.1', header, token }: Said, more: Partial<RawRequest> = {}, url = platform.url) =>
  rawRequest(url, {
    path: '/notes',
    ...more,
    headers: [
      ['Host', host],
      ...(header === undefined ? [] : [['X-Tenant', header] as const]),
      ...(token === undefined ? [] : [['Authorization', token] as const]),
      ...(more.headers ?? []),
    ],
  });

type Name = 'acme' | 'globex' | 'nobody' | undefined;

/** What the contract says of a request to /notes whose host, header and credential name these. */
function expected(names: readonly Name[], hasCredential: boolean): { status: number; code?: string } {
  const said = new Set(names.filter((name) => name !== undefined));
  if (said.size === 0) return { status: 400, code: 'TENANT_REQUIRED' };
  if (said.size > 1) return { status: 403, code: 'TENANT_MISMATCH' };
  if (said.has('nobody')) return { status: 404, code: 'TENANT_UNKNOWN' };
  return hasCredential ? { status: 200 } : { status: 401, code: 'AUTH_REQUIRED' };
}

describe('host, X-Tenant and credential', () => {
  const hosts = {
    none: undefined,
    acme: 'acme.localhost',
    globex: 'globex.localhost:3000',
    nobody: 'initech.localhost',
  };
  const ways = Object.keys(hosts) as (keyof typeof hosts)[];
  const combinations = ways.flatMap((host) =>
    ways.flatMap((header) => ways.slice(0, 3).map((token) => [host, header, token] as const)),
  );

  it.each(combinations)('naming %s, %s and %s are answered as they agree', async (host, header, token) => {
    const name = (way: keyof typeof hosts): Name => (way === 'none' ? undefined : way);
    const tenants = { acme, globex };
    const answers = await Promise.all(
      ['slug', 'id'].map((form) =>
        request({
          host: hosts[host],
          header:
            header === 'none'
              ? undefined
              : header === 'nobody'
                ? form === 'id'
                  ? newId()
                  : 'initech'
                : form === 'id'
                  ? tenants[header].id
                  : header,
          token: token === 'none' || token === 'nobody' ? undefined : tokenOf(tenants[token]),
        }),
      ),
    );
    const { status, code } = expected([host, header, token].map(name), token !== 'none');
    for (const answer of answers) expect([answer.status, answer.body['code']]).toEqual([status, code]);
  });
});

describe('the host', () => {
  it.each(['ACME.LocalHost', 'acme.localhost.', 'acme.localhost.:8080', 'Acme.localhost:80'])(
    '%s names acme',
    async (host) => {
      expect(await request({ host, token: tokenOf(globex) })).toMatchObject({
        status: 403,
        body: { code: 'TENANT_MISMATCH' },
      });
      expect((await request({ host, token: tokenOf(acme) })).status).toBe(200);
    },
  );

  it.each([
    'localhost',
    'LOCALHOST.',
    '127.0.0.1:3000',
    '[::1]:3000',
    '[::1]',
    'www.localhost',
    'admin.localhost',
    'unknown.example',
    '',
  ])('%j names no tenant', async (host) => {
    expect(await request({ host })).toMatchObject({ status: 400, body: { code: 'TENANT_REQUIRED' } });
    expect((await request({ host, token: tokenOf(acme) })).status).toBe(200);
  });

  it.each([
    'a.acme.localhost',
    'acme_.localhost',
    'acme.localhost.localhost',
    '%61cme.localhost',
    'acme,globex.localhost',
    '.localhost',
    '..localhost',
    '__proto__.localhost',
  ])('%s names a tenant that there is not', async (host) => {
    expect([400, 404]).toContain((await request({ host })).status);
    expect([400, 403]).toContain((await request({ host, token: tokenOf(acme) })).status);
  });

  it('of a domain counts once the domain is verified', async () => {
    const insert = 'INSERT INTO platform.tenant_domain (domain, tenant_id, verified_at) VALUES ($1, $2, $3)';
    await platform.database.admin(insert, ['api.acme.example', acme.id, new Date()]);
    await platform.database.admin(insert, ['api.globex.example', globex.id, null]);
    expect((await request({ host: 'api.acme.example' })).status).toBe(401);
    expect((await request({ host: 'API.acme.example.:443', token: tokenOf(acme) })).status).toBe(200);
    expect((await request({ host: 'api.acme.example', token: tokenOf(globex) })).body['code']).toBe('TENANT_MISMATCH');
    expect((await request({ host: 'api.globex.example' })).body['code']).toBe('TENANT_REQUIRED');
  });

  it('is not taken from X-Forwarded-Host of just anybody', async () => {
    const forwarded = {
      headers: [
        ['X-Forwarded-Host', 'globex.localhost'],
        ['Forwarded', 'host=globex.localhost'],
      ] as const,
    };
    expect((await request({ host: 'acme.localhost', token: tokenOf(acme) }, forwarded)).status).toBe(200);
    expect((await request({}, forwarded)).body['code']).toBe('TENANT_REQUIRED');
  });

  it('in the request line is no second opinion', async () => {
    const answer = await request(
      { host: 'acme.localhost', token: tokenOf(acme) },
      { path: 'http://globex.localhost/notes' },
    );
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
  });
});

describe('X-Tenant', () => {
  it('takes an id in upper case', async () => {
    expect((await request({ header: acme.id.toUpperCase(), token: tokenOf(acme) })).status).toBe(200);
  });

  it.each(['', 'ACME', 'acme,globex', 'acme.', ' ', "acme' OR 1=1 --", '__proto__', 'a'.repeat(300), 'acm\u00e9'])(
    '%j names a tenant that there is not',
    async (header) => {
      expect((await request({ header })).status).toBe(404);
      expect((await request({ header, token: tokenOf(acme) })).status).toBe(403);
    },
  );
});

describe('a header that is there twice', () => {
  const routes = [
    '/notes',
    '/health/live',
    '/health/ready',
    '/openapi.json',
    '/docs',
    '/.well-known/jwks.json',
    '/',
    '/problems',
    '/admin/tenants',
    '/nowhere',
  ];

  it.each(routes)('is refused at %s, be it Host or X-Tenant, with the same value or another', async (path) => {
    for (const second of ['acme.localhost', 'globex.localhost']) {
      const answer = await request(
        { host: 'acme.localhost', token: tokenOf(acme) },
        { path, headers: [['hOsT', second]] },
      );
      expect(answer.status).toBe(400);
    }
    for (const second of ['acme', 'globex', '']) {
      const answer = await request({ header: 'acme', token: tokenOf(acme) }, { path, headers: [['x-TENANT', second]] });
      expect(answer).toMatchObject({ status: 400, body: { code: 'TENANT_AMBIGUOUS' } });
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
      expect(answer.headers.get('x-request-id')).toBeTruthy();
    }
  });

  it('is refused before a body does anything', async () => {
    const before = await acme.owner.get('/notes');
    const headers = [
      ['X-Tenant', 'acme'],
      ['X-Tenant', 'acme'],
      ['Content-Type', 'application/json'],
    ] as const;
    const answer = await request(
      { token: tokenOf(acme) },
      { method: 'POST', headers, body: JSON.stringify({ title: 'twice', body: '' }) },
    );
    expect(answer.status).toBe(400);
    expect((await acme.owner.get('/notes')).body).toEqual(before.body);
  });
});

describe('any mixture of hosts, headers and credentials', () => {
  it('is answered as the contract says, never with a tenant that something in it contradicts', async () => {
    const one = (name: Name, text?: string) => ({ name, text });
    const said = (name: Name, ...texts: string[]) => texts.map((text) => one(name, text));
    const host = fc.oneof(
      fc.constantFrom(
        ...said('acme', 'acme.localhost', 'ACME.localhost:1', 'acme.localhost.'),
        ...said('globex', 'globex.localhost', 'gLobex.LOCALHOST.:99'),
        ...said(undefined, 'localhost', '127.0.0.1', '[::1]:1', 'www.localhost', 'else.example'),
        ...said('nobody', 'acme.globex.localhost', 'acme-.localhost', '-acme.localhost'),
      ),
      fc.stringMatching(/^zz[a-z0-9-]{1,40}$/).map((label) => one('nobody', `${label}.localhost`)),
    );
    const header = fc.oneof(
      fc.constantFrom(...said('acme', 'acme', 'ACME-ID', 'acme-id'), ...said('globex', 'globex', 'globex-id')),
      fc.constant(one(undefined)),
      fc.stringMatching(/^zz[!-~]{0,40}$/).map((text) => one('nobody', text)),
      fc.uuid().map((text) => one('nobody', text)),
    );
    const credential = fc.constantFrom<Name>('acme', 'globex', undefined);
    const ids: Record<string, string> = {
      'ACME-ID': acme.id.toUpperCase(),
      'acme-id': acme.id,
      'globex-id': globex.id,
    };
    const tenants = { acme, globex };
    await fc.assert(
      fc.asyncProperty(host, header, credential, async (byHost, byHeader, byToken) => {
        const token = byToken === 'acme' || byToken === 'globex' ? tokenOf(tenants[byToken]) : undefined;
        const answer = await request({ host: byHost.text, header: ids[byHeader.text ?? ''] ?? byHeader.text, token });
        const { status, code } = expected([byHost.name, byHeader.name, byToken], token !== undefined);
        expect([answer.status, answer.body['code']]).toEqual([status, code]);
      }),
      { numRuns: 120 },
    );
  });
});

describe('behind a trusted proxy', () => {
  let proxied: TestPlatform;
  let initech: TestTenant;

  beforeAll(async () => {
    proxied = await startPlatform({ environment: { TENANTRY_TRUSTED_PROXIES: '127.0.0.1' } });
    initech = await proxied.createTenant('initech');
    await proxied.createTenant('hooli');
  });

  afterAll(() => proxied.close());

  it('X-Forwarded-Host is the host', async () => {
    const forwarded = (host: string) => ({ headers: [['X-Forwarded-Host', host]] as const });
    const ask = (said: Said, host: string) => request(said, forwarded(host), proxied.url);
    expect((await ask({}, 'initech.localhost')).status).toBe(401);
    expect((await ask({ token: tokenOf(initech) }, 'initech.localhost')).status).toBe(200);
    expect((await ask({ token: tokenOf(initech) }, 'hooli.localhost')).body['code']).toBe('TENANT_MISMATCH');
    expect((await ask({ token: tokenOf(initech), header: 'initech' }, 'hooli.localhost')).body['code']).toBe(
      'TENANT_MISMATCH',
    );
  });

  it('of several forwarded hosts only the one that the proxy added counts', async () => {
    const headers = [
      ['X-Forwarded-Host', 'initech.localhost'],
      ['X-Forwarded-Host', 'hooli.localhost'],
    ] as const;
    const answer = await request({ token: tokenOf(initech) }, { headers }, proxied.url);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
  });
});
