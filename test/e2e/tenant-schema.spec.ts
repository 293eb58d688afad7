import type { Type } from '@nestjs/common';
import { NotesModule } from '@tenantry/example-notes';
import { TenantryModule } from '@tenantry/platform';
import { TenantMigrations } from '@tenantry/tenancy';
import type { QueryRunner } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { itemsOf } from '../support/test-client.js';
import { startPlatform, type TestPlatform, type TestTenant } from '../support/test-platform.js';
import { schemaOf } from '../support/test-users.js';

class ShortTitles1799000000000 {
  up = (runner: QueryRunner) =>
    runner.query('ALTER TABLE note ADD CONSTRAINT note_title_short CHECK (length(title) < 10)');
  down = () => Promise.resolve();
}

@TenantryModule({ name: 'shortness', compatibility: '^1.0.0', tenantMigrations: [ShortTitles1799000000000] })
class ShortnessModule {}

const modules: Type[] = [NotesModule, ShortnessModule];
let before: TestPlatform;
let after: TestPlatform;
/** Its rows do not let it be migrated. */
let acme: TestTenant;
let globex: TestTenant;

beforeAll(async () => {
  before = await startPlatform({ modules: [NotesModule] });
  [acme, globex] = [await before.createTenant('acme'), await before.createTenant('globex')];
  await acme.owner.post('/notes', { title: 'much longer than ten', body: '' });
  after = await before.another(modules);
});

afterAll(async () => {
  await after.close();
  await before.close();
});

const seen = async (platform: TestPlatform, slug: string) =>
  (await platform.operator.get(`/admin/tenants/${slug}`)).body;
const listed = async (platform: TestPlatform) =>
  itemsOf(await platform.operator.get('/admin/tenants')).map(({ slug, status, schema }) => [slug, status, schema]);
const login = (platform: TestPlatform, { slug }: TestTenant) =>
  platform.anyone
    .with({ 'x-tenant': slug })
    .post('/auth/login', { email: `owner@${slug}.example`, password: 'wrong-password' });

describe('a tenant whose migration failed', () => {
  it('is active to the operator, and behind, while its API answers 503', async () => {
    expect(await seen(after, 'acme')).toMatchObject({ status: 'active', schema: 'behind' });
    const refused = await login(after, acme);
    expect([refused.status, refused.body['code']]).toEqual([503, 'TENANT_UNAVAILABLE']);
  });

  it('stands beside the others in the list, who are current', async () => {
    expect(await listed(after)).toEqual([
      ['acme', 'active', 'behind'],
      ['globex', 'active', 'current'],
    ]);
    expect(await seen(after, 'globex')).toMatchObject({ schema: 'current' });
    expect((await login(after, globex)).status).toBe(401);
  });

  it('is current to a process whose code needs no more than it has', async () => {
    expect((await listed(before)).map(([slug, , schema]) => [slug, schema])).toEqual([
      ['acme', 'current'],
      ['globex', 'current'],
    ]);
    expect((await login(before, acme)).status).toBe(401);
  });

  it('says so in the answers to suspending, resuming and changing it too', async () => {
    for (const action of ['suspend', 'resume']) {
      const { body } = await after.operator.post(`/admin/tenants/${acme.id}/${action}`);
      expect([action, body['schema']]).toEqual([action, 'behind']);
    }
    const { body } = await after.operator.patch(`/admin/tenants/${acme.id}`, { name: 'Acme' });
    expect(body).toMatchObject({ name: 'Acme', schema: 'behind' });
  });

  it('names nothing of its migrations or its schema', async () => {
    const { text } = await after.operator.get('/admin/tenants');
    for (const inner of [schemaOf(acme), 'ShortTitles', 'note_title_short', 'migration'])
      expect(text).not.toContain(inner);
  });

  it('is current once its rows are mended and it is migrated, and served again', async () => {
    await before.database.admin(`UPDATE ${schemaOf(acme)}.note SET title = 'short'`);
    const { failures } = await after.platform.app.get(TenantMigrations, { strict: false }).migrateAll();
    expect(failures).toEqual([]);
    expect(await seen(after, 'acme')).toMatchObject({ status: 'active', schema: 'current' });
    await eventually('acme is served', async () => (await login(after, acme)).status === 401);
  });
});

describe('a tenant that is made', () => {
  it('is current at once', async () => {
    const owner = { email: 'owner@initech.example' };
    const made = await after.operator.post('/admin/tenants', { slug: 'initech', name: 'Initech', owner });
    expect(made.body).toMatchObject({ status: 'active', schema: 'current' });
  });

  it('by a process of older code is behind for newer code', async () => {
    await before.createTenant('hooli');
    expect(await seen(after, 'hooli')).toMatchObject({ schema: 'behind' });
  });
});
