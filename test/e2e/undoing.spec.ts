import { Injectable, type Type } from '@nestjs/common';
import { NotesModule } from '@tenantry/example-notes';
import { TenantryModule } from '@tenantry/platform';
import { tenantSchema } from '@tenantry/tenancy';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { OperationSweeper } from '../../libs/onboarding/src/operations/operation-sweeper.js';
import { eventually } from '../support/eventually.js';
import { isGone } from '../support/holder.js';
import type { TestResponse } from '../support/test-client.js';
import { startPlatform, type TestPlatform } from '../support/test-platform.js';

/** What a seed does: each platform has a module of its own around it. */
function moduleWith(seed: () => Promise<void>): Type {
  @Injectable()
  class Seed {
    seed = seed;
  }

  @TenantryModule({ name: 'seeded', compatibility: '^1.0.0', seeds: [Seed] })
  class SeededModule {}
  return SeededModule;
}

let failing: TestPlatform;
/** Its seed succeeds: if it took up what the first one undoes, it would finish it. */
let succeeding: TestPlatform;
/** Reads the new tenant's table, so that its schema cannot be dropped until it lets go. */
let reader: pg.Client;
let seed: () => Promise<void> = () => Promise.resolve();

beforeAll(async () => {
  failing = await startPlatform({ modules: [NotesModule, moduleWith(() => seed())] });
  succeeding = await failing.another([NotesModule, moduleWith(() => Promise.resolve())]);
  await succeeding.createTenant('bystander');
});

afterAll(async () => {
  await succeeding.close();
  await failing.close();
});

beforeEach(async () => {
  reader = new pg.Client({ connectionString: failing.database.url });
  await reader.connect();
});

afterEach(() => reader.end());

const rowOf = async (slug: string) => {
  const [row] = await failing.database.admin<{ id: string; status: string; steps: string[] }>(
    `SELECT t.id, t.status, jsonb_path_query_array(o.steps, '$[*].name') AS steps
     FROM platform.tenant t JOIN platform.tenant_operation o ON o.tenant_id = t.id WHERE slug = $1`,
    [slug],
  );
  return row;
};

/** Asks for a tenant that cannot be seeded, and comes back while its undoing waits for the reader. */
async function undoing(slug: string): Promise<{ answer: Promise<TestResponse>; id: string }> {
  seed = async () => {
    const { id = '' } = (await rowOf(slug)) ?? {};
    await reader.query('BEGIN');
    await reader.query(`LOCK TABLE ${tenantSchema(id)}.note IN ACCESS SHARE MODE`);
    throw new Error('cannot be seeded');
  };
  const answer = create(failing, slug);
  await eventually('the undoing waits for the reader', async () => {
    const waiting = await failing.database.admin(
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE 'DROP SCHEMA%'`,
    );
    return waiting.length === 1;
  });
  return { answer, id: (await rowOf(slug))?.id ?? '' };
}

const create = (platform: TestPlatform, slug: string) =>
  platform.operator.post('/admin/tenants', { slug, name: slug, owner: { email: `owner@${slug}.example` } });

const sweep = (platform: TestPlatform) => platform.platform.app.get(OperationSweeper, { strict: false }).sweep(0);

const failed = { status: 500, body: { code: 'TENANT_PROVISIONING_FAILED' } };
const untouched = { status: 'provisioning', steps: ['create-role', 'create-schema', 'migrate'] };

describe('a tenant that could not be made', () => {
  it.each(['succeeding', 'failing'])('is not taken up by the %s process while it is being undone', async (who) => {
    const slug = `undone-${who}`;
    const { answer, id } = await undoing(slug);
    await sweep(who === 'failing' ? failing : succeeding);
    expect(await rowOf(slug)).toEqual({ id, ...untouched });
    await reader.query('ROLLBACK');
    expect(await answer).toMatchObject(failed);
    expect(await rowOf(slug)).toBeUndefined();
    const left = `SELECT rolname FROM pg_roles WHERE rolname = $1 UNION ALL SELECT nspname FROM pg_namespace WHERE nspname = $1`;
    expect(await failing.database.admin(left, [tenantSchema(id)])).toEqual([]);
  });

  it('keeps its slug until it is undone, and then another can have it', async () => {
    const { answer, id } = await undoing('again');
    const tooEarly = await create(succeeding, 'again');
    expect(tooEarly).toMatchObject({ status: 409, body: { code: 'TENANT_SLUG_TAKEN' } });
    expect(await rowOf('again')).toEqual({ id, ...untouched });
    await reader.query('ROLLBACK');
    expect((await answer).status).toBe(failed.status);
    const made = await create(succeeding, 'again');
    expect([made.status, made.body['status']]).toEqual([201, 'active']);
    expect(made.body['id']).not.toBe(id);
  });

  it('is taken up when whoever undid it has lost its connection, and that process goes on', async () => {
    const { answer, id } = await undoing('orphan');
    const [owner] = await failing.database.admin<{ pid: number }>(
      `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE 'DROP SCHEMA%'`,
    );
    await failing.database.admin('SELECT pg_terminate_backend($1)', [owner?.pid]);
    expect((await answer).status).toBe(503);
    await eventually('it holds nothing any more', () => isGone(failing.database, owner?.pid ?? 0));
    await reader.query('ROLLBACK');
    await sweep(succeeding);
    expect(await rowOf('orphan')).toMatchObject({ id, status: 'active' });
    expect((await failing.operator.get('/admin/tenants/orphan')).body).toMatchObject({ id, status: 'active' });
  });

  it('is of no concern to the tenants that are there', async () => {
    expect((await succeeding.operator.get('/admin/tenants/bystander')).body['status']).toBe('active');
  });
});
