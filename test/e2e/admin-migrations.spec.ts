import { NotesModule } from '@tenantry/example-notes';
import { TenantryModule } from '@tenantry/platform';
import { getRepositoryToken } from '@nestjs/typeorm';
import { PLATFORM, TenantOperationEntity } from '@tenantry/tenancy';
import type { Repository } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FleetOperationRun } from '../../libs/onboarding/src/migrations/fleet-operation-run.js';
import { OperationSweeper } from '../../libs/onboarding/src/operations/operation-sweeper.js';
import { NEWEST } from '../support/order-history.js';
import { eventually } from '../support/eventually.js';
import { migrationOf } from '../support/fleet.js';
import { itemsOf } from '../support/test-client.js';
import { startPlatform, startPlatformOver, type TestPlatform, type TestTenant } from '../support/test-platform.js';
import { schemaOf } from '../support/test-users.js';

const CreatePart = migrationOf(
  'CreatePart1799000000001',
  'CREATE TABLE part (id int PRIMARY KEY)',
  'CREATE INDEX note_title_too ON note (title)',
);
const finding = {
  migration: 'parts/CreatePart1799000000001',
  level: 'warning',
  rule: 'index-blocks-writes',
  subject: 'note.note_title_too',
};

@TenantryModule({ name: 'parts', compatibility: '^1.0.0', tenantMigrations: [CreatePart] })
class PartsModule {}

let before: TestPlatform;
/** Migrates nobody by itself. */
let after: TestPlatform;
let tenants: TestTenant[];

beforeAll(async () => {
  before = await startPlatform({ modules: [NotesModule], environment: { TENANTRY_MIGRATE_AT_START: 'never' } });
  tenants = [];
  for (const slug of ['acme', 'globex', 'initech', 'hooli']) tenants.push(await before.createTenant(slug));
  const acme = tenants[0];
  if (acme) await before.database.admin(`CREATE TABLE ${schemaOf(acme)}.part (in_the_way int)`);
  after = await before.another([NotesModule, PartsModule]);
});

afterAll(async () => {
  await after.close();
  await before.close();
});

const state = async () => (await after.operator.get('/admin/migrations')).body;
const operation = async (id: unknown) =>
  (await after.operator.with({ 'api-version': NEWEST }).get(`/admin/operations/${String(id)}`)).body;
const ended = async (id: unknown) => {
  await eventually('the operation is over', async () => (await operation(id))['status'] !== 'running');
  return operation(id);
};
/** Events as they come: name and data. */
async function watch(id: unknown): Promise<ReturnType<typeof eventsOf>> {
  const url = new URL(`/admin/operations/${String(id)}/events`, after.url);
  const response = await fetch(url, { headers: after.operator.headers });
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
  expect(response.headers.get('x-request-id')).toBeTruthy();
  return eventsOf(await response.text());
}

function eventsOf(text: string) {
  return text
    .split('\n\n')
    .filter((part) => part.startsWith('event:'))
    .map((part) => {
      const [, event = '', id = '', data = '{}'] = /^event: (\w+)\nid: (\S+)\ndata: (.*)$/.exec(part) ?? [];
      return { event, id, data: JSON.parse(data) as Record<string, unknown> };
    });
}

describe('GET /admin/migrations', () => {
  it('tells how many tenants have what, and lists those behind', async () => {
    expect(await state()).toMatchObject({ tenants: 4, current: 0, behind: 4, failed: 0 });
    const listed = await after.operator.get('/admin/migrations/tenants?limit=3');
    expect(itemsOf(listed).map(({ slug, missing }) => [slug, missing])).toEqual([
      ['acme', 1],
      ['globex', 1],
      ['initech', 1],
    ]);
    const { href } = (listed.body['_links'] as Record<string, { href: string }>)['next'] ?? { href: '' };
    expect(itemsOf(await after.operator.get(href)).map(({ slug }) => slug)).toEqual(['hooli']);
  });

  it('says what hurts about what they lack', async () => {
    expect((await state())['findings']).toMatchObject([finding]);
  });

  it('is for operators', async () => {
    for (const path of ['/admin/migrations', '/admin/migrations/tenants'])
      expect((await after.anyone.get(path)).status).toBe(401);
    expect((await after.anyone.post('/admin/migrations', {})).status).toBe(401);
  });
});

describe('POST /admin/migrations', () => {
  it('stops by itself in the first wave when its tenant fails', async () => {
    const started = await after.operator.post('/admin/migrations', { waves: ['1', '50%'] });
    expect([started.status, started.headers.get('location')]).toEqual([
      202,
      `/admin/operations/${String(started.body['id'])}`,
    ]);
    expect(started.body['findings']).toEqual([expect.objectContaining(finding)]);
    const events = await watch(started.body['id']);
    expect(events.at(-1)).toMatchObject({ event: 'end', data: { status: 'failed', failed: 1, done: 0, total: 4 } });
    const { status, steps } = await ended(started.body['id']);
    expect([status, (steps as { name: string; status: string }[]).map((step) => [step.name, step.status])]).toEqual([
      'failed',
      [
        ['wave-1', 'done'],
        ['wave-2', 'pending'],
        ['wave-3', 'pending'],
      ],
    ]);
    expect(await state()).toMatchObject({ current: 0, behind: 4, failed: 1 });
  });

  it('says why a tenant failed, in no word of Postgres', async () => {
    const failed = await after.operator.get('/admin/migrations/tenants?state=failed');
    expect(itemsOf(failed).map(({ slug, failure }) => [slug, failure])).toEqual([
      [
        'acme',
        expect.objectContaining({
          migration: 'parts/CreatePart1799000000001',
          reason: 'A table or index of this name is there already.',
          sqlState: '42P07',
          attempts: 1,
        }),
      ],
    ]);
    for (const inner of ['relation', 'CREATE TABLE', 't_0']) expect(failed.text).not.toContain(inner);
  });

  it('goes on past the one that fails without waves, while those of the code before are served', async () => {
    const { body } = await after.operator.post('/admin/migrations', {});
    expect(await ended(body['id'])).toMatchObject({ kind: 'migrate', status: 'failed' });
    expect(await state()).toMatchObject({ tenants: 4, current: 3, behind: 1, failed: 1 });
    for (const { owner } of tenants) expect((await owner.get('/notes')).status).toBe(200);
  });

  it('runs once at a time', async () => {
    await before.database.admin(
      `INSERT INTO platform.tenant_operation (id, kind, status, input) VALUES (gen_random_uuid(), 'migrate', 'running', '{"target": "another"}')`,
    );
    const refused = await after.operator.post('/admin/migrations', {});
    expect([refused.status, refused.body['code']]).toEqual([409, 'MIGRATION_RUNNING']);
    // Meant for software with other migrations: nobody here calls it done.
    const app = after.platform.app;
    const operation = await app
      .get<Repository<TenantOperationEntity>>(getRepositoryToken(TenantOperationEntity, PLATFORM), { strict: false })
      .findOneByOrFail({ kind: 'migrate', status: 'running' });
    await app.get(FleetOperationRun, { strict: false }).carryOut(operation, new AbortController().signal);
    const running = `SELECT id FROM platform.tenant_operation WHERE kind = 'migrate' AND status = 'running'`;
    expect(await before.database.admin(running)).toHaveLength(1);
    await before.database.admin(`DELETE FROM platform.tenant_operation WHERE status = 'running'`);
  });

  it('is taken up again by another process, which goes on in the wave that was reached', async () => {
    const [acme] = tenants;
    if (acme) await before.database.admin(`DROP TABLE ${schemaOf(acme)}.part`);
    const { body } = await after.operator.post('/admin/migrations', { tenants: ['nobody'] });
    const { status } = await ended(body['id']);
    expect(status).toBe('succeeded');
    const [target] = await before.database.admin<{ id: string }>(
      `SELECT id FROM platform.migration_set ORDER BY cardinality(migrations) DESC LIMIT 1`,
    );
    const reached = {
      done: 3,
      failed: 0,
      total: 4,
      haltAt: 0.2,
      waves: [
        { size: 1, done: 1, failed: 0 },
        { size: 3, done: 2, failed: 0 },
      ],
    };
    await before.database.admin(`UPDATE platform.tenant_operation SET status = 'running', input = $2 WHERE id = $1`, [
      body['id'],
      JSON.stringify({ target: target?.id, reached }),
    ]);
    await after.platform.app.get(OperationSweeper, { strict: false }).sweep(0);
    expect(await ended(body['id'])).toMatchObject({ status: 'succeeded' });
    const [row] = await before.database.admin<{ progress: object }>(
      'SELECT progress FROM platform.tenant_operation WHERE id = $1',
      [body['id']],
    );
    expect(row?.progress).toEqual({ done: 4, failed: 0, total: 4 });
    expect(await state()).toMatchObject({ current: 4, behind: 0, failed: 0, findings: [] });
  });

  it('refuses waves that are none', async () => {
    const refused = await after.operator.post('/admin/migrations', { waves: ['0'] });
    expect([refused.status, refused.body['code']]).toEqual([400, 'REQUEST_INVALID']);
  });
});

describe('the events of an operation', () => {
  const follow = (id: unknown, heard: string, signal?: AbortSignal) =>
    fetch(new URL(`/admin/operations/${String(id)}/events`, after.url), {
      headers: { ...after.operator.headers, 'last-event-id': heard },
      signal,
    });

  it('say nothing twice to a client that comes back, and 204 to one that has heard the end', async () => {
    const { body } = await after.operator.post('/admin/migrations', { tenants: ['nobody'] });
    const last = (await watch(body['id'])).at(-1);
    expect(last?.event).toBe('end');
    const again = await follow(body['id'], last?.id ?? '');
    expect([again.status, await again.text()]).toEqual([204, '']);
    const other = await follow(body['id'], 'of-another-time');
    expect(eventsOf(await other.text())).toEqual([last]);
  });

  it('go on from where a client was that went away in the middle, and cost nobody else anything', async () => {
    const id = '01890000-0000-7000-8000-000000000002';
    await before.database.admin(
      `INSERT INTO platform.tenant_operation (id, kind, status, progress) VALUES ($1, 'unheard-of', 'running', '{"done": 1, "total": 2}')`,
      [id],
    );
    const left = new AbortController();
    const reader = (await follow(id, '', left.signal)).body?.getReader();
    let text = '';
    while (!text.includes('"done":1'))
      text += Buffer.from(((await reader?.read())?.value ?? []) as Uint8Array).toString();
    left.abort();
    const [heard] = eventsOf(text);
    const back = await follow(id, heard?.id ?? '');
    await before.database.admin(
      `UPDATE platform.tenant_operation SET status = 'succeeded', progress = '{"done": 2, "total": 2}' WHERE id = $1`,
      [id],
    );
    expect(eventsOf(await back.text())).toMatchObject([{ event: 'end', data: { status: 'succeeded', done: 2 } }]);
    await before.database.admin('DELETE FROM platform.tenant_operation WHERE id = $1', [id]);
  });

  it('end when the process stops, and are not there for an operation that is not', async () => {
    expect((await after.operator.get('/admin/operations/none/events')).body['code']).toBe('OPERATION_UNKNOWN');
    const id = '01890000-0000-7000-8000-000000000001';
    await before.database.admin(
      `INSERT INTO platform.tenant_operation (id, kind, status) VALUES ($1, 'unheard-of', 'running')`,
      [id],
    );
    const third = await startPlatformOver(before.database, { modules: [NotesModule, PartsModule] });
    const response = await fetch(new URL(`/admin/operations/${id}/events`, third.url), {
      headers: third.operator.headers,
    });
    const text = response.text();
    await third.close();
    expect(await text).toContain('"status":"running"');
  });
});

describe('TENANTRY_MIGRATE_AT_START=background', () => {
  it('serves at once and migrates as an operation', async () => {
    const later = migrationOf('CreateLater1799000000002', 'CREATE TABLE later (id int PRIMARY KEY)');
    class LaterModule {}
    TenantryModule({ name: 'later', compatibility: '^1.0.0', tenantMigrations: [later] })(LaterModule);
    const settings = before.database.settings.with({ TENANTRY_MIGRATE_AT_START: 'background' });
    const started = await startPlatformOver(
      { ...before.database, settings },
      { modules: [NotesModule, PartsModule, LaterModule] },
    );
    await eventually('the fleet is migrated', async () => {
      return (await started.operator.get('/admin/migrations')).body['behind'] === 0;
    });
    await started.close();
  });
});
