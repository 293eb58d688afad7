import { NotesModule } from '@tenantry/example-notes';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loginUrl } from '../../libs/tenancy/src/roles/login-roles.js';
import { openTenantDataSource, SingleServerPlacement, TenantContext } from '@tenantry/tenancy';
import { eventually } from '../support/eventually.js';
import { isPgBouncerInstalled, startPgBouncer, type PgBouncer } from '../support/pgbouncer.js';
import { itemsOf, type TestResponse } from '../support/test-client.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { startPlatformOver, type TestPlatform, type TestTenant } from '../support/test-platform.js';
import { schemaOf } from '../support/test-users.js';

const isInstalled = isPgBouncerInstalled();
let database: TestDatabase;
let bouncer: PgBouncer;
let platform: TestPlatform;
let acme: TestTenant;
let globex: TestTenant;
let appUrl: string;

describe.runIf(isInstalled)('behind PgBouncer in transaction mode with one connection', () => {
  beforeAll(async () => {
    const made = await createTestDatabase({ PORT: '0', HOST: '127.0.0.1' });
    bouncer = await startPgBouncer(made, { poolSize: 1, lines: ['server_login_retry = 1'] });
    database = { ...made, settings: made.settings.with({ TENANTRY_POOLER_URL: bouncer.url }) };
    platform = await startPlatformOver(database, { modules: [NotesModule] });
    acme = await platform.createTenant('acme');
    globex = await platform.createTenant('globex');
    appUrl = loginUrl(bouncer.url, made.secret, made.settings.get('TENANTRY_INSTALLATION'), 'app');
  });

  afterAll(async () => {
    await platform.close();
    await bouncer.stop();
    await database.drop();
  });

  it('tenants sign in, write and read their own notes, at once', async () => {
    const tenants = [acme, globex];
    const made = await Promise.all(
      Array.from({ length: 20 }, (_, index) => {
        const { owner, slug } = tenants[index % 2] ?? acme;
        return owner.post('/notes', { title: `${slug} ${index}`, body: slug });
      }),
    );
    expect(made.map(({ status }) => status)).toEqual(Array<number>(20).fill(201));
    for (const { owner, slug } of tenants) {
      const bodies = itemsOf(await owner.get('/notes')).map(({ body }) => body);
      expect(bodies).toEqual(Array<string>(10).fill(slug));
      const [first] = itemsOf(await owner.get('/notes'));
      const path = `/notes/${String(first?.['id'])}`;
      expect((await owner.patch(path, { title: 'changed' })).status).toBe(200);
      expect((await owner.delete(path)).status).toBe(204);
      expect((await owner.get(path)).status).toBe(404);
    }
  });

  it('a tenant is made while others are served', async () => {
    const [, ...served] = await Promise.all([
      platform.createTenant('late'),
      ...Array.from({ length: 10 }, () => acme.owner.get('/notes')),
    ]);
    expect(served.map(({ status }) => status)).toEqual(Array<number>(10).fill(200));
  });

  it('nothing of a tenant stays on the connection that the next one gets', async () => {
    const placement = new SingleServerPlacement({ name: 'main', url: appUrl });
    const open = {
      placement,
      max: 1,
      tenantsPerConnection: 500,
      preparedEntering: false,
      connectionTimeoutMillis: 60_000,
    };
    const source = await openTenantDataSource({ ...open, applicationName: 'test', entities: [] });
    const stranger = new pg.Client({ connectionString: appUrl });
    await stranger.connect();
    const state = `SELECT pg_backend_pid() AS pid, current_setting('search_path') AS path, current_user::text AS role`;
    try {
      const tenant = {
        id: acme.id,
        slug: 'acme',
        name: 'acme',
        status: 'active' as const,
        plan: 'free',
        settings: {},
        apiVersion: '2026-11-22',
      };
      const [inside] = await new TenantContext().run(tenant as never, () =>
        source.query<{ pid: number; path: string; role: string }[]>(state),
      );
      const after = (await stranger.query<{ pid: number; path: string; role: string }>(state)).rows[0];
      expect(after?.pid).toBe(inside?.pid); // else nothing was shown
      expect(inside).toMatchObject({ role: schemaOf(acme) });
      expect(after?.path).not.toContain(schemaOf(acme));
      expect(after?.role).not.toBe(schemaOf(acme));
    } finally {
      await stranger.end();
      await source.destroy();
    }
  });

  it('a plain SET does stay there, which shows that the test before can fail', async () => {
    const [careless, next] = [new pg.Client({ connectionString: appUrl }), new pg.Client({ connectionString: appUrl })];
    await Promise.all([careless.connect(), next.connect()]);
    await careless.query(`SET search_path = ${schemaOf(acme)}`);
    const state = `SELECT pg_backend_pid() AS pid, current_setting('search_path') AS path`;
    const mine = (await careless.query<{ pid: number; path: string }>(state)).rows[0];
    const theirs = (await next.query<{ pid: number; path: string }>(state)).rows[0];
    await careless.query('RESET search_path');
    await Promise.all([careless.end(), next.end()]);
    expect(theirs).toEqual({ pid: mine?.pid, path: schemaOf(acme) });
  });

  it('a process whose pooler is down wants no requests, and wants them again when it is back', async () => {
    const { operator } = platform;
    expect((await operator.get('/health/ready')).status).toBe(200);
    await bouncer.restart(async () => {
      const { status, body, headers } = await operator.get('/health/ready');
      expect([status, body['code'], headers.get('retry-after')]).toEqual([503, 'SERVER_BUSY', '5']);
      expect((await operator.get('/health/live')).status).toBe(200);
    });
    expect((await operator.get('/health/ready')).status).toBe(200);
  });

  it('a restart of the pooler under load costs no request more than a 503 that says when to come back', async () => {
    let isOver = false;
    const answers: TestResponse[] = [];
    const titles: string[] = [];
    const load = Array.from({ length: 8 }, async (_, index) => {
      const { owner } = index % 2 ? acme : globex;
      for (let count = 0; !isOver; count += 1) {
        const title = `restart ${index} ${count}`;
        const answer = count % 2 ? await owner.post('/notes', { title, body: 'acme' }) : await owner.get('/notes');
        if (answer.status === 201) titles.push(title);
        answers.push(answer);
      }
    });
    await eventually('requests are under way', () => Promise.resolve(answers.length > 16));
    for (let times = 0; times < 3; times += 1) await bouncer.restart();
    await eventually('every tenant is served', async () => {
      const both = await Promise.all([acme.owner.get('/notes'), globex.owner.get('/notes')]);
      return both.every(({ status }) => status === 200);
    });
    isOver = true;
    await Promise.all(load);
    const failed = answers.filter(({ status }) => status !== 200 && status !== 201);
    const told = failed.map(
      ({ status, body, headers }) => `${status} ${String(body['code'])} ${headers.get('retry-after')}`,
    );
    expect([...new Set(told)].filter((each) => each !== '503 SERVER_BUSY 1')).toEqual([]);
    // What was acknowledged is there.
    for (const { id } of [acme, globex]) {
      const rows = await database.admin<{ title: string }>(`SELECT title FROM ${schemaOf({ id } as TestTenant)}.note`);
      for (const { title } of rows) if (titles.includes(title)) titles.splice(titles.indexOf(title), 1);
    }
    expect(titles).toEqual([]);
    expect(itemsOf(await acme.owner.get('/notes')).every(({ body }) => body === 'acme')).toBe(true);
  });
});
