import { createHmac, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { ModulesContainer } from '@nestjs/core';
import { TokenIssuer } from '@tenantry/auth';
import { newId, routesOf } from '@tenantry/platform';
import type { JWTPayload } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { altered, claimsOf, encode, sign, stealSigningKey, type StolenKey } from '../support/forged-token.js';
import { rawRequest } from '../support/raw-request.js';
import type { TestResponse } from '../support/test-client.js';
import { startPlatform, type TestPlatform, type TestTenant } from '../support/test-platform.js';

let platform: TestPlatform;
let acme: TestTenant;
let globex: TestTenant;
let key: StolenKey;
/** A valid token of acme's owner, of globex' owner and of the operator. */
let token: string;
let tokenOfGlobex: string;
let tokenOfOperator: string;
let claims: JWTPayload;

const bare = (tenant: { headers: Readonly<Record<string, string>> }) =>
  String(tenant.headers['authorization']).replace('Bearer ', '');

beforeAll(async () => {
  platform = await startPlatform();
  [acme, globex] = [await platform.createTenant('acme'), await platform.createTenant('globex')];
  key = await stealSigningKey(platform.database);
  [token, tokenOfGlobex, tokenOfOperator] = [bare(acme.owner), bare(globex.owner), bare(platform.operator)];
  claims = claimsOf(token);
});

afterAll(() => platform.close());

const bearing = (authorization: string) => platform.anyone.with({ authorization });
const now = () => Math.floor(Date.now() / 1000);

function refused(answer: TestResponse): void {
  expect(answer).toMatchObject({ status: 401, body: { code: 'AUTH_TOKEN_INVALID', status: 401 } });
  expect(answer.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
}

const foreign = generateKeyPairSync('rsa', { modulusLength: 2048 });

function hmac(secret: string | Buffer, header: Record<string, unknown> = {}): string {
  const signed = `${encode({ alg: 'HS256', typ: 'JWT', kid: key.kid, ...header })}.${encode(claims)}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

const publicKey = () => createPublicKey({ key: key.publicJwk as never, format: 'jwk' });

/** Each makes a token that somebody without the private key could make. */
const forgeries: Record<string, () => string | Promise<string>> = {
  'alg none and no signature': () => `${encode({ alg: 'none', kid: key.kid })}.${encode(claims)}.`,
  'alg None and the old signature': () => altered(token, { header: { alg: 'None' } }),
  'alg NONE without the last dot': () => `${encode({ alg: 'NONE', kid: key.kid })}.${encode(claims)}`,
  'HS256 keyed with the public key as PEM': () => hmac(publicKey().export({ type: 'spki', format: 'pem' })),
  'HS256 keyed with the public key as PKCS #1': () => hmac(publicKey().export({ type: 'pkcs1', format: 'pem' })),
  'HS256 keyed with the public key as DER': () => hmac(publicKey().export({ type: 'spki', format: 'der' })),
  'HS256 keyed with the JWK': () => hmac(JSON.stringify(key.publicJwk)),
  'HS256 keyed with the modulus': () => hmac(String(key.publicJwk['n'])),
  'HS256 keyed with nothing': () => hmac(''),
  'a key of its own under our kid': () => sign(foreign.privateKey, key.kid, claims),
  'a key of its own under its own kid': () => sign(foreign.privateKey, 'mine', claims),
  'a key of its own in the header': () =>
    sign(foreign.privateKey, key.kid, claims, { jwk: foreign.publicKey.export({ format: 'jwk' }) }),
  'a key of its own at a jku': () => sign(foreign.privateKey, key.kid, claims, { jku: 'http://127.0.0.1:1/jwks.json' }),
  'no kid': () => sign(key.privateKey, undefined, claims),
  'a kid that is a path': () => sign(foreign.privateKey, '../../../../dev/null', claims),
  'a kid that is SQL': () => sign(foreign.privateKey, `' UNION SELECT 'x' --`, claims),
  'a kid with NUL': () => sign(foreign.privateKey, 'a\u0000b', claims),
  'a kid that is __proto__': () => sign(foreign.privateKey, '__proto__', claims),
  'a kid that is an object': () => altered(token, { header: { kid: { $ne: '' } } }),
  'a kid that is an array': () => altered(token, { header: { kid: [key.kid] } }),
  'the tenant changed': () => altered(token, { claims: { tid: globex.id } }),
  'the roles changed': () => altered(token, { claims: { roles: ['owner', 'admin'] } }),
  'the expiry changed': () => altered(token, { claims: { exp: now() + 10_000 } }),
  'the signature of another token': () => [...token.split('.').slice(0, 2), tokenOfGlobex.split('.')[2]].join('.'),
  'the signature cut': () => token.slice(0, -4),
  'a payload that is no JSON': () => [token.split('.')[0], encode('{not json'), token.split('.')[2]].join('.'),
  'a payload that is null': () => [token.split('.')[0], encode('null'), token.split('.')[2]].join('.'),
  'a header that is no JSON': () => [encode('{'), ...token.split('.').slice(1)].join('.'),
  'a header that is null': () => [encode('null'), ...token.split('.').slice(1)].join('.'),
  'no dots': () => token.replaceAll('.', ''),
  'five parts': () => `${token}.a.b`,
  'dots only': () => '..',
  'ten thousand characters': () => 'a'.repeat(10_000),
  'other base64 letters': () => encode('x').replace(/.*/, '@@@.@@@.@@@'),
};

/** Each is signed with the real key, which nobody has; so that every check stands by itself. */
const misissued: Record<string, () => JWTPayload> = {
  'expired a second ago': () => ({ ...claims, exp: now() - 1 }),
  'expired long ago': () => ({ ...claims, exp: 1 }),
  'without an expiry': () => ({ ...claims, exp: undefined }),
  'not valid yet': () => ({ ...claims, nbf: now() + 60 }),
  'without a time of issue': () => ({ ...claims, iat: undefined }),
  'without a subject': () => ({ ...claims, sub: undefined }),
  'of another issuer': () => ({ ...claims, iss: 'urn:tenantry:another' }),
  'without an issuer': () => ({ ...claims, iss: undefined }),
  'for the other plane': () => ({ ...claims, aud: 'tenantry:control' }),
  'for nobody': () => ({ ...claims, aud: undefined }),
  'without a tenant': () => ({ ...claims, tid: undefined }),
  'of a tenant that is no id': () => ({ ...claims, tid: 'acme' }),
  'of two tenants': () => ({ ...claims, tid: [acme.id, globex.id] as never }),
  'without a session': () => ({ ...claims, sid: undefined }),
  'without roles': () => ({ ...claims, roles: undefined }),
  'with roles that are one text': () => ({ ...claims, roles: 'owner' }),
  'with roles that are numbers': () => ({ ...claims, roles: [1] }),
};

describe('a forged access token', () => {
  it.each(Object.entries(forgeries))('with %s is refused on tenant and operator routes', async (_, forge) => {
    const forged = await forge();
    refused(await bearing(`Bearer ${forged}`).get('/notes'));
    refused(await bearing(`Bearer ${forged}`).with({ 'x-tenant': 'acme' }).post('/notes', { title: 'x', body: '' }));
    refused(await bearing(`Bearer ${forged}`).get('/admin/tenants'));
  });

  it.each(Object.entries(misissued))('that is %s is refused although its signature is right', async (_, claimsNow) => {
    refused(await bearing(`Bearer ${await sign(key.privateKey, key.kid, claimsNow())}`).get('/notes'));
  });

  it('is told from a right one by nothing but what is wrong with it', async () => {
    expect((await bearing(`Bearer ${await sign(key.privateKey, key.kid, claims)}`).get('/notes')).status).toBe(200);
  });

  it('with roles that there are not may do nothing', async () => {
    const { accessToken } = await platform.platform.app
      .get(TokenIssuer)
      .issue('tenant', String(claims.sub), { ...claims, roles: ['root', '__proto__', 'constructor'] });
    expect(await bearing(`Bearer ${accessToken}`).get('/notes')).toMatchObject({
      status: 403,
      body: { code: 'PERMISSION_DENIED' },
    });
  });

  it('of a tenant that there is not finds none', async () => {
    const signed = await sign(key.privateKey, key.kid, { ...claims, tid: newId() });
    expect(await bearing(`Bearer ${signed}`).get('/notes')).toMatchObject({
      status: 404,
      body: { code: 'TENANT_UNKNOWN' },
    });
    expect((await bearing(`Bearer ${signed}`).with({ 'x-tenant': 'acme' }).get('/notes')).body['code']).toBe(
      'TENANT_MISMATCH',
    );
  });

  it('of a deleted tenant finds none', async () => {
    const gone = await platform.createTenant('gone');
    expect((await gone.owner.get('/notes')).status).toBe(200);
    expect((await platform.operator.delete(`/admin/tenants/${gone.id}`)).status).toBe(200);
    expect(await bearing(`Bearer ${bare(gone.owner)}`).get('/notes')).toMatchObject({
      status: 404,
      body: { code: 'TENANT_UNKNOWN' },
    });
  });
});

describe('a token of the other plane', () => {
  it('opens no route of a tenant when it is an operator’s, and no admin route when it is a user’s', async () => {
    for (const path of ['/notes', '/users', '/me', '/usage']) {
      refused(await bearing(`Bearer ${tokenOfOperator}`).with({ 'x-tenant': 'acme' }).get(path));
    }
    for (const path of ['/admin/tenants', '/admin/plans', `/admin/tenants/${acme.id}`])
      refused(await acme.owner.get(path));
  });
});

describe('the Authorization header', () => {
  it.each(['Bearer', 'Bearer ', 'Basic YTpi', 'Token x', '', 'Bearer a b', 'null'])(
    '%j is no credential',
    async (authorization) => {
      refused(await bearing(authorization).with({ 'x-tenant': 'acme' }).get('/notes'));
    },
  );

  it('names its scheme in any case (RFC 9110 section 11.1), and a forged token is refused in each', async () => {
    for (const scheme of ['bearer', 'BEARER']) {
      expect((await bearing(`${scheme} ${token}`).get('/notes')).status).toBe(200);
      refused(await bearing(`${scheme} ${token.slice(0, -4)}`).get('/notes'));
    }
  });

  it('is the only place a token is taken from', async () => {
    const answer = await platform.anyone
      .with({ 'x-tenant': 'acme', cookie: `access_token=${token}` })
      .get(`/users?access_token=${token}`);
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  });

  it('that is there twice is refused, whichever of the two is right', async () => {
    for (const pair of [
      [token, tokenOfGlobex],
      [token, 'forged'],
      ['forged', token],
      [token, token],
    ]) {
      const headers = [['Host', 'localhost'], ...pair.map((each) => ['Authorization', `Bearer ${each}`])] as [
        string,
        string,
      ][];
      expect([400, 401, 403]).toContain((await rawRequest(platform.url, { path: '/notes', headers })).status);
    }
  });

  it('that is larger than any token is refused without a fault', async () => {
    const headers = [
      ['Host', 'localhost'],
      ['Authorization', `Bearer ${'a'.repeat(100_000)}`],
    ] as const;
    expect([0, 401, 431]).toContain((await rawRequest(platform.url, { path: '/notes', headers })).status);
  });
});

describe('every route', () => {
  const filled = (path: string) => path.replace(/:\w+/g, newId());
  const routes = (kinds: string[]) =>
    routesOf(platform.platform.app.get(ModulesContainer)).filter(({ access }) => access && kinds.includes(access.kind));
  const body = (method: string) => (['POST', 'PATCH', 'PUT'].includes(method) ? {} : undefined);

  it('of a tenant answers 403 to a token of another, by header and by host', async () => {
    const tenants = routes(['permission', 'member']);
    expect(tenants.length).toBeGreaterThan(10);
    for (const { method, path } of tenants) {
      const byHeader = await bearing(`Bearer ${token}`)
        .with({ 'x-tenant': 'globex' })
        .send(method, filled(path), body(method));
      expect([method, path, byHeader.status, byHeader.body['code']]).toEqual([method, path, 403, 'TENANT_MISMATCH']);
      const headers = [
        ['Host', 'globex.localhost'],
        ['Authorization', `Bearer ${token}`],
      ] as const;
      const byHost = await rawRequest(platform.url, { method, path: filled(path), headers });
      expect([method, path, byHost.status, byHost.body['code']]).toEqual([method, path, 403, 'TENANT_MISMATCH']);
    }
  });

  it('that needs somebody answers 401 with a challenge to nobody', async () => {
    for (const { method, path } of routes(['permission', 'member', 'operator'])) {
      const answer = await platform.anyone.with({ 'x-tenant': 'acme' }).send(method, filled(path), body(method));
      expect([method, path, answer.status, answer.body['code']]).toEqual([method, path, 401, 'AUTH_REQUIRED']);
      expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    }
  });

  it('of operators answers 401 to a tenant’s owner', async () => {
    for (const { method, path } of routes(['operator']))
      refused(await acme.owner.send(method, filled(path), body(method)));
  });

  it('that is public answers the same with a credential of another tenant as with none', async () => {
    for (const { method, path } of routes(['public']).filter(
      ({ access }) => access?.kind === 'public' && access.tenant === 'required',
    )) {
      const inGlobex = platform.anyone.with({ 'x-tenant': 'globex' });
      const [without, having] = [inGlobex, inGlobex.with({ authorization: `Bearer ${token}` })].map((client) =>
        client.send(method, path, {}),
      );
      expect((await having)?.status).toBe((await without)?.status);
    }
  });
});

describe('the key set', () => {
  it('is public and holds nothing private', async () => {
    const { status, body, text } = await platform.anyone.get('/.well-known/jwks.json');
    expect(status).toBe(200);
    const [only, ...others] = body['keys'] as Record<string, unknown>[];
    expect(others).toEqual([]);
    expect(Object.keys(only ?? {}).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
    expect(text).not.toMatch(/"(d|p|q|dp|dq|qi|k)":/);
  });
});

describe('two platforms in one process', () => {
  it('take each its own tokens and refuse the other’s', async () => {
    const other = await startPlatform();
    try {
      expect((await acme.owner.get('/notes')).status).toBe(200);
      expect((await platform.operator.get('/admin/tenants')).status).toBe(200);
      expect((await other.operator.get('/admin/tenants')).status).toBe(200);
      refused(await bearing(String(other.operator.headers['authorization'])).get('/admin/tenants'));
      refused(await other.anyone.with({ ...platform.operator.headers }).get('/admin/tenants'));
    } finally {
      await other.close();
    }
  });
});
