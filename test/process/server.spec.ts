import { chmod, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildServer } from '../support/build.js';
import { eventually } from '../support/eventually.js';
import { ServerProcess } from '../support/server-process.js';
import { TestClient } from '../support/test-client.js';

const OPERATOR = { email: 'operator@tenantry.localhost' };
let folder: string;
let running: ServerProcess[] = [];

const start = (environment: Record<string, string> = {}) => {
  const server = new ServerProcess({ TENANTRY_DATA_DIR: folder, ...environment });
  running.push(server);
  return server;
};
const signIn = (url: string, password: string) =>
  new TestClient(url).signIn('/admin/auth/login', { ...OPERATOR, password });
const newTenant = (slug: string) => ({
  slug,
  name: slug,
  owner: { email: `owner@${slug}.example`, password: 'correct-horse-battery' },
});

beforeAll(() => buildServer());

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tenantry-process-'));
  await chmod(folder, 0o755);
  running = [];
});

afterEach(async () => {
  for (const server of running) await server.stop();
  await rm(folder, { recursive: true, force: true });
});

describe('a server on an empty folder', () => {
  it('starts by itself, prints the operator’s password once and keeps its secrets to itself', async () => {
    const first = start();
    await first.listening();
    const { password = '' } = first;
    expect(password).toMatch(/^[\w-]{24}$/);
    for (const name of ['secret', 'postgres.password']) {
      expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
    }
    expect(await first.stop('SIGINT')).toBe(0);

    const second = start();
    const client = await signIn(await second.listening(), password);
    expect(second.password).toBeUndefined();
    expect((await client.get('/admin/tenants')).status).toBe(200);
  });

  it('uses the operator of the environment', async () => {
    const server = start({
      TENANTRY_OPERATOR_EMAIL: 'ops@example.com',
      TENANTRY_OPERATOR_PASSWORD: 'chosen-by-operator',
    });
    const url = await server.listening();
    expect(server.output).not.toContain('chosen-by-operator');
    await new TestClient(url).signIn('/admin/auth/login', { email: 'ops@example.com', password: 'chosen-by-operator' });
  });
});

describe('SIGINT', () => {
  it('lets requests that came in be answered, then stops Postgres', async () => {
    const server = start();
    const url = await server.listening();
    const client = await signIn(url, server.password ?? '');
    const answers = Array.from({ length: 4 }, (_, index) =>
      client.post('/admin/tenants', newTenant(`drained-${index}`)),
    );
    await eventually('the requests have come in', async () => {
      const begun = await client.get('/admin/tenants?q=drained');
      return (begun.body['_embedded'] as { item: unknown[] }).item.length === 4;
    });
    server.signal('SIGINT');
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([201, 201, 201, 201]);
    expect(await server.end()).toBe(0);
    expect(await readdir(join(folder, 'postgres'))).not.toContain('postmaster.pid');
  });
});

describe('kill -9', () => {
  it('of the server loses nothing: the next start adopts the database', async () => {
    const first = start();
    const url = await first.listening();
    const { password = '' } = first;
    await (await signIn(url, password)).post('/admin/tenants', newTenant('kept'));
    await first.stop('SIGKILL');

    const second = start();
    const client = await signIn(await second.listening(), password);
    expect(second.output).toContain('was running already');
    expect((await client.get('/admin/tenants/kept')).body).toMatchObject({ slug: 'kept', status: 'active' });
  });

  it('while tenants are made leaves each whole or absent, and a retry ends well', async () => {
    let server = start();
    let url = await server.listening();
    const password = server.password ?? '';
    for (let round = 0; round < 4; round += 1) {
      const operator = await signIn(url, password);
      const slugs = Array.from({ length: 3 }, (_, index) => `tenant-${round}-${index}`);
      const asked = slugs.map((slug) => operator.post('/admin/tenants', newTenant(slug)).catch(() => undefined));
      await operator.get('/admin/tenants'); // some progress, another amount each round
      for (let step = 0; step < round; step += 1) await operator.get('/admin/plans');
      await server.stop('SIGKILL');
      await Promise.all(asked);

      server = start();
      url = await server.listening();
      const again = await signIn(url, password);
      for (const slug of slugs) {
        const retry = await again.post('/admin/tenants', newTenant(slug));
        expect([201, 409]).toContain(retry.status);
        expect((await again.get(`/admin/tenants/${slug}`)).body['status']).toBe('active');
        const owner = newTenant(slug).owner;
        const client = await new TestClient(url, { 'x-tenant': slug }).signIn('/auth/login', owner);
        expect((await client.post('/notes', { title: 'x', body: '' })).status).toBe(201);
      }
    }
  });
});

describe('a start that cannot succeed', () => {
  it('names every invalid setting at once', async () => {
    const server = start({ PORT: 'many', TENANTRY_DATABASE_POOL: '0', TENANTRY_TYPO: '1' });
    expect(await server.end()).toBe(1);
    for (const name of ['PORT', 'TENANTRY_DATABASE_POOL', 'TENANTRY_TYPO']) expect(server.output).toContain(name);
    expect(await readdir(folder)).toEqual([]);
  });

  it('says that the port is taken, and does not use up the first password', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const failing = start({ PORT: String(port) });
    expect(await failing.end()).toBe(1);
    expect(failing.output).toMatch(/set PORT/);
    other.close();
    const server = start();
    await signIn(await server.listening(), server.password ?? '');
  });

  it('names the module that cannot be loaded', async () => {
    const server = start({ TENANTRY_MODULES: './missing.module.js' });
    expect(await server.end()).toBe(1);
    expect(server.output).toContain('./missing.module.js');
  });
});

describe('two servers on one folder', () => {
  it('share the database, which stops with the second', async () => {
    const first = start();
    await first.listening();
    const second = start();
    const url = await second.listening();
    expect(await first.stop('SIGTERM')).toBe(0);
    expect((await new TestClient(url).get('/health/ready')).status).toBe(200);
    expect(await second.stop('SIGTERM')).toBe(0);
    expect(await readdir(join(folder, 'postgres'))).not.toContain('postmaster.pid');
  });

  it('refuse a suspended tenant from the very next request on, whichever is asked', async () => {
    const first = start();
    const operator = await signIn(await first.listening(), first.password ?? '');
    await operator.post('/admin/tenants', newTenant('acme'));
    const second = start();
    const there = new TestClient(await second.listening(), { 'x-tenant': 'acme' });
    const owner = await there.signIn('/auth/login', newTenant('acme').owner);
    for (let round = 0; round < 10; round += 1) {
      expect((await owner.get('/notes')).status).toBe(200);
      await operator.post('/admin/tenants/acme/suspend');
      expect(await owner.get('/notes')).toMatchObject({ status: 403, body: { code: 'TENANT_SUSPENDED' } });
      await operator.post('/admin/tenants/acme/resume');
      const resumed = await owner.get('/notes');
      expect([200, 403]).toContain(resumed.status); // a moment later at the other process
      while ((await owner.get('/notes')).status !== 200);
    }
  });
});
