import { Injectable } from '@nestjs/common';
import { NotesModule } from '@tenantry/example-notes';
import { TenantryModule } from '@tenantry/platform';
import { tenantSchema, TenantContext, WarmPool } from '@tenantry/tenancy';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WARM_POOL_LOCK } from '../../libs/tenancy/src/warm/warm-pool.js';
import { eventually } from '../support/eventually.js';
import { Holder } from '../support/holder.js';
import { startPlatform, type TestPlatform } from '../support/test-platform.js';

class CreateThing1799000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE thing (id integer PRIMARY KEY)');
  }
  async down(): Promise<void> {}
}

/** What it does depends on rows, so it runs for each schema. */
class CountThings1799000000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const rows = (await runner.query('SELECT id FROM thing')) as unknown[];
    await runner.query(`CREATE TABLE counted_${rows.length} (id integer PRIMARY KEY)`);
  }
  async down(): Promise<void> {}
}

@TenantryModule({
  name: 'things',
  compatibility: '^1.0.0',
  tenantMigrations: [CreateThing1799000000001, CountThings1799000000002],
})
class ThingsModule {}

const seeded: { id: string; status: string | undefined }[] = [];

@Injectable()
class Seed {
  constructor(private readonly context: TenantContext) {}

  async seed(): Promise<void> {
    const { id } = this.context.current();
    const [row] = await before.database.admin<{ status: string }>('SELECT status FROM platform.tenant WHERE id = $1', [
      id,
    ]);
    seeded.push({ id, status: row?.status });
  }
}

@TenantryModule({ name: 'seeded', compatibility: '^1.0.0', seeds: [Seed] })
class SeededModule {}

let before: TestPlatform;
let after: TestPlatform;

const poolOf = ({ platform: { app } }: TestPlatform) => app.get(WarmPool, { strict: false });
const waiting = () =>
  before.database.admin<{ id: string }>(`SELECT id FROM platform.warm_schema WHERE status <> 'role' ORDER BY id`);
const tablesOf = async (id: string) =>
  (
    await before.database.admin<{ name: string }>(
      `SELECT tablename AS name FROM pg_tables WHERE schemaname = $1 AND tablename ~ 'thing|counted'`,
      [tenantSchema(id)],
    )
  ).map(({ name }) => name);
const create = (platform: TestPlatform, slug: string) =>
  platform.operator.post('/admin/tenants', { slug, name: slug, owner: { email: `owner@${slug}.example` } });

let made: string[];
let conflicting: string;

beforeAll(async () => {
  before = await startPlatform({ environment: { TENANTRY_WARM_POOL_MIN: '3', TENANTRY_WARM_POOL_MAX: '3' } });
  await eventually('the pool is full', async () => {
    await poolOf(before).fill();
    return (await poolOf(before).status()).ready === 3;
  });
  made = (await waiting()).map(({ id }) => id);
  conflicting = made[2] ?? '';
  await before.database.admin(`CREATE TABLE ${tenantSchema(conflicting)}.thing (in_the_way text)`);
});

afterAll(async () => {
  await after.close();
  await before.close();
});

describe('schemas that wait while a release brings migrations', () => {
  it('are not given to tenants of the new release as they are', async () => {
    // The pool is filled by nobody meanwhile, and so not migrated.
    await Holder.of(before.database, `SELECT pg_advisory_xact_lock(${WARM_POOL_LOCK.join()})`);
    after = await before.another([NotesModule, ThingsModule, SeededModule]);
    expect((await after.operator.get('/admin/warm-pool')).body).toMatchObject({ ready: 0 });
    expect((await before.operator.get('/admin/warm-pool')).body).toMatchObject({ ready: 3 });
  });

  it('are migrated with everyone else; one that cannot be is dropped and made anew', async () => {
    await eventually('the pool is full', async () => {
      await poolOf(after).fill();
      return (await poolOf(after).status()).ready === 3;
    });
    const ids = (await waiting()).map(({ id }) => id);
    expect(ids).toHaveLength(3);
    expect(ids).toEqual(expect.arrayContaining(made.slice(0, 2)));
    expect(ids).not.toContain(conflicting);
    for (const id of ids) expect((await tablesOf(id)).sort()).toEqual(['counted_0', 'thing']);
    const left = await before.database.admin('SELECT FROM pg_roles WHERE rolname = $1', [tenantSchema(conflicting)]);
    expect(left).toEqual([]);
  });

  it('serve both releases then', async () => {
    expect((await create(before, 'old-release')).body).toMatchObject({ id: made[0], schema: 'current' });
    expect((await create(after, 'new-release')).body).toMatchObject({ id: made[1], schema: 'current' });
  });
});

describe('a seed', () => {
  it('runs in the tenant that is made of a schema that waited, as a step of its own', async () => {
    const id = made[1] ?? '';
    expect(seeded).toEqual([{ id, status: 'provisioning' }]);
    const [operation] = await before.database.admin<{ status: string; steps: { name: string }[] }>(
      'SELECT status, steps FROM platform.tenant_operation WHERE tenant_id = $1',
      [id],
    );
    expect(operation?.status).toBe('succeeded');
    expect(operation?.steps.map(({ name }) => name)).toEqual([
      ...['create-role', 'create-schema', 'migrate', 'seed', 'subscribe', 'create-owner', 'announce'],
    ]);
  });
});
