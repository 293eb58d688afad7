import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { NotesModule } from '@tenantry/example-notes';
import { withAdministration } from '@tenantry/platform';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ARCHIVED_ROWS, ArchivedModule } from '../support/archived.module.js';
import { download, exportOf, importArchive, imported } from '../support/archives.js';
import { driftOf } from '../support/drift.js';
import { ODDITIES_ROWS, OdditiesModule } from '../support/oddities.module.js';
import { ended, succeeded } from '../support/operations.js';
import { contentOf } from '../support/tenant-content.js';
import { itemsOf } from '../support/test-client.js';
import { PASSWORD, startPlatform, type TestPlatform, type TestTenant } from '../support/test-platform.js';
import { schemaOf } from '../support/test-users.js';

const MODULES = [NotesModule, ArchivedModule, OdditiesModule];
const EPHEMERAL = ['user_session', 'idempotency_key', 'invitation'];

let folder: string;
let platform: TestPlatform;
let acme: TestTenant;
/** Nothing that happens to another may be seen here. */
let globex: TestTenant;
let before: Record<string, string[]>;
let archive: Buffer;

beforeAll(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'tenantry-exports-')), 'exports');
  platform = await startPlatform({
    modules: MODULES,
    environment: { TENANTRY_EXPORT_DIR: folder },
  });
  [acme, globex] = [await platform.createTenant('acme'), await platform.createTenant('globex')];
  await platform.database.admin(
    `SET search_path = ${schemaOf(acme)}; ${ARCHIVED_ROWS}; ${ODDITIES_ROWS}; RESET search_path`,
  );
  await platform.operator.patch(`/admin/tenants/${acme.id}`, { settings: { colour: 'red' }, plan: 'team' });
  for (const title of ['one', 'two']) await acme.owner.post('/notes', { title, body: 'of acme' });
  await globex.owner.post('/notes', { title: 'of globex', body: '' });
  before = await contentOf(platform, schemaOf(globex));
  archive = await exportOf(platform, acme);
});

afterAll(async () => {
  expect(await contentOf(platform, schemaOf(globex))).toEqual(before);
  await platform.close();
  await rm(join(folder, '..'), { recursive: true });
});

const tenantIn = (operation: Record<string, unknown>) => (operation['result'] as { tenantId: string }).tenantId;
const leftovers = () =>
  platform.database.admin(
    `SELECT nspname FROM pg_namespace WHERE nspname LIKE 'import\\_%' OR nspname LIKE 'replaced\\_%'`,
  );

describe('an archive', () => {
  it('is for the server’s user alone, under a name that cannot be guessed', async () => {
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    const [file = ''] = await readdir(folder);
    expect(file).toMatch(/^acme-\d{8}T\d{6}Z-[0-9a-f]{32}\.tar$/);
    expect((await stat(join(folder, file))).mode & 0o777).toBe(0o600);
  });

  it('is listed, told and deleted', async () => {
    const begun = await platform.operator.post(`/admin/tenants/${globex.id}/export`, { compress: true });
    const { id } = await succeeded(platform.operator, begun);
    const told = await platform.operator.get(`/admin/exports/${String(id)}`);
    expect(told.body).toMatchObject({ id, tenantId: globex.id, slug: 'globex' });
    expect(itemsOf(await platform.operator.get('/admin/exports?tenant=globex'))).toHaveLength(1);
    expect((await download(platform.operator, String(id))).readUInt16BE(0)).toBe(0x1f8b);
    expect((await platform.operator.delete(`/admin/exports/${String(id)}`)).status).toBe(204);
    expect((await platform.operator.get(`/admin/exports/${String(id)}`)).status).toBe(404);
    expect((await readdir(folder)).filter((name) => name.startsWith('globex'))).toEqual([]);
  });

  it('is for operators only', async () => {
    for (const client of [acme.owner, platform.anyone]) {
      expect([401, 403]).toContain((await client.get('/admin/exports')).status);
      expect([401, 403]).toContain((await client.post(`/admin/tenants/${acme.id}/export`, {})).status);
      expect([401, 403]).toContain((await importArchive(client, archive)).status);
    }
  });

  it('goes when its tenant is purged, unless it is kept', async () => {
    const tenant = await platform.createTenant('short-lived');
    for (const keep of [true, false]) await exportOf(platform, tenant, { keep });
    expect((await platform.operator.delete(`/admin/tenants/${tenant.id}?purge=true&confirm=short-lived`)).status).toBe(
      204,
    );
    const left = itemsOf(await platform.operator.get(`/admin/exports?tenant=${tenant.id}`));
    expect(left).toHaveLength(1);
    expect(left[0]).not.toHaveProperty('expiresAt');
    expect((await readdir(folder)).filter((name) => name.startsWith('short-lived'))).toHaveLength(1);
  });
});

describe('the program’s own export, without a server', () => {
  it('writes an archive that can be imported', async () => {
    const chunks: Buffer[] = [];
    const target = new Writable({
      write(chunk: Buffer, _encoding, done) {
        chunks.push(chunk);
        done();
      },
    });
    const { settings } = platform.database;
    const exported = (slug: string) =>
      withAdministration({ settings, modules: MODULES, isReading: true }, ({ transfers }) =>
        transfers.export(slug, target, true),
      );
    expect((await exported('globex')).rows).toBeGreaterThan(1);
    const operation = await imported(platform.operator, Buffer.concat(chunks), { slug: 'globex-copy' });
    const copy = schemaOf({ ...globex, id: tenantIn(operation) });
    expect(await contentOf(platform, copy)).toEqual(await contentOf(platform, schemaOf(globex)));
    await expect(exported('nobody')).rejects.toMatchObject({ code: 'TENANT_UNKNOWN' });
  });
});

describe('a tenant that no archive can hold whole', () => {
  it.each([
    [
      'hides rows from its owner',
      'the policies of note hide rows',
      'ALTER TABLE $.note FORCE ROW LEVEL SECURITY',
      'ALTER TABLE $.note NO FORCE ROW LEVEL SECURITY',
    ],
    [
      'has a table of another role',
      'belongs to another role',
      'CREATE TABLE $.stray (id integer)',
      'DROP TABLE $.stray',
    ],
    [
      'has a table that no migration makes',
      'table "stray" is extra',
      'CREATE TABLE $.stray (id integer); ALTER TABLE $.stray OWNER TO @',
      'DROP TABLE $.stray',
    ],
    [
      'has a column that no migration makes',
      'column "note.stray" is extra',
      'ALTER TABLE $.note ADD stray text',
      'ALTER TABLE $.note DROP stray',
    ],
    [
      'has a column of another type',
      'column "oddity.rounded" is changed',
      'ALTER TABLE $.oddity ALTER rounded TYPE numeric(8, 4)',
      'ALTER TABLE $.oddity ALTER rounded TYPE numeric(6, 2)',
    ],
    [
      'lacks a sequence',
      'sequence "countdown" is missing',
      'ALTER SEQUENCE $.countdown RENAME TO lost',
      'ALTER SEQUENCE $.lost RENAME TO countdown',
    ],
    [
      'keeps rows elsewhere',
      'far is a foreign table',
      `CREATE FOREIGN DATA WRAPPER far; CREATE SERVER far FOREIGN DATA WRAPPER far; CREATE FOREIGN TABLE $.far (id int) SERVER far`,
      'DROP FOREIGN DATA WRAPPER far CASCADE',
    ],
    [
      'has a part of a table that is elsewhere',
      'part is part of a table that is elsewhere',
      `CREATE TABLE public.elsewhere (id int) PARTITION BY LIST (id); CREATE TABLE $.part PARTITION OF public.elsewhere DEFAULT; ALTER TABLE $.part OWNER TO @`,
      'DROP TABLE public.elsewhere',
    ],
    [
      'names objects of this database, deep in a type',
      'names.id names objects of this one database (regclass)',
      `CREATE TYPE $.naming AS (names regclass[]); CREATE DOMAIN $.named AS $.naming[]; CREATE TABLE $.names (id $.named); ALTER TABLE $.names OWNER TO @`,
      'DROP TABLE $.names; DROP DOMAIN $.named; DROP TYPE $.naming',
    ],
  ])('because it %s is told so, and leaves no file', async (_, reason, change, back) => {
    const schema = schemaOf(globex);
    const files = await readdir(folder);
    const owner = `${platform.database.settings.get('TENANTRY_INSTALLATION')}_owner`;
    await platform.database.admin(change.replaceAll('$', schema).replaceAll('@', owner));
    const begun = await platform.operator.post(`/admin/tenants/${globex.id}/export`, {});
    const operation = await ended(platform.operator, begun);
    await platform.database.admin(back.replaceAll('$', schema));
    expect(operation).toMatchObject({ status: 'failed' });
    expect(operation['error']).toMatch(/^TENANT_NOT_PORTABLE/);
    expect(operation['error']).toContain(reason);
    expect(JSON.stringify(operation)).not.toContain(schema);
    expect(await readdir(folder)).toEqual(files);
  });
});

describe('an import', () => {
  it('as a new tenant has every row and every sequence, settings and plan', async () => {
    const content = await contentOf(platform, schemaOf(acme));
    const operation = await imported(platform.operator, archive, { slug: 'acme-again', name: 'Again' });
    expect(operation).toMatchObject({ kind: 'import', status: 'succeeded', progress: 1 });
    const id = tenantIn(operation);
    expect(await contentOf(platform, schemaOf({ ...acme, id }))).toEqual(content);
    expect(await driftOf(platform, 'acme-again')).toEqual([]);
    expect((await platform.operator.get(`/admin/tenants/${id}`)).body).toMatchObject({
      ...{ slug: 'acme-again', name: 'Again', status: 'active', schema: 'current', plan: 'team' },
      settings: { colour: 'red' },
    });
    const credentials = { email: 'owner@acme.example', password: PASSWORD };
    const owner = await platform.anyone.with({ 'x-tenant': 'acme-again' }).signIn('/auth/login', credentials);
    expect((await owner.post('/notes', { title: 'three', body: '' })).status).toBe(201);
    expect(itemsOf(await acme.owner.get('/notes'))).toHaveLength(2);
    const keys = await platform.database.admin<{ condeferrable: boolean }>(
      `SELECT condeferrable FROM pg_constraint WHERE conname = 'person_home' AND convalidated AND connamespace = to_regnamespace($1)`,
      [schemaOf({ ...acme, id })],
    );
    expect(keys).toEqual([{ condeferrable: true }]);
  });

  it('after a purge brings the tenant back, under its own slug', async () => {
    const tenant = await platform.createTenant('phoenix');
    await tenant.owner.post('/notes', { title: 'kept', body: '' });
    const content = await contentOf(platform, schemaOf(tenant));
    const saved = gzipSync(await exportOf(platform, tenant));
    await platform.operator.delete(`/admin/tenants/${tenant.id}?purge=true&confirm=phoenix`);
    const id = tenantIn(await imported(platform.operator, saved));
    expect(await contentOf(platform, schemaOf({ ...tenant, id }))).toEqual(content);
  });

  it('over an existing tenant replaces all of its data, while the others serve', async () => {
    const saved = await exportOf(platform, acme);
    const content = await contentOf(platform, schemaOf(acme), EPHEMERAL);
    await acme.owner.post('/notes', { title: 'made afterwards', body: '' });
    const query = { tenant: 'acme', replace: 'true', confirm: 'acme' };
    const operation = await imported(platform.operator, saved, query);
    expect(operation).toMatchObject({ kind: 'replace', status: 'succeeded', tenantId: acme.id });
    expect(await contentOf(platform, schemaOf(acme), EPHEMERAL)).toEqual(content);
    expect(itemsOf(await acme.owner.get('/notes')).map(({ title }) => title)).toEqual(['one', 'two']);
    expect((await acme.owner.post('/notes', { title: 'again', body: '' })).status).toBe(201);
    expect((await platform.operator.get('/admin/tenants/acme')).body).toMatchObject({ schema: 'current' });
    expect(await driftOf(platform, 'acme')).toEqual([]);
    expect(await leftovers()).toEqual([]);
  });

  it('over an existing tenant needs its slug, and revives no session', async () => {
    const unconfirmed: Record<string, string>[] = [
      { tenant: 'acme' },
      { tenant: 'acme', replace: 'true' },
      { tenant: 'acme', replace: 'true', confirm: 'globex' },
    ];
    for (const query of unconfirmed)
      expect(await importArchive(platform.operator, archive, query)).toMatchObject({
        status: 422,
        body: { code: 'IMPORT_UNCONFIRMED' },
      });
    await imported(platform.operator, archive, { tenant: 'acme', replace: 'true', confirm: 'acme' });
    const content = await contentOf(platform, schemaOf(acme));
    expect(EPHEMERAL.map((table) => content[table])).toEqual([[], [], []]);
  });

  it('that fails in the end leaves the old data as it was', async () => {
    const spoilt = await exportOf(platform, acme);
    const content = await contentOf(platform, schemaOf(acme));
    const rows = Buffer.from(content['note']?.length ? 'of acme' : 'none');
    expect(spoilt.includes(rows)).toBe(true);
    await platform.database.admin(
      `CREATE FUNCTION public.refuse() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN
         IF current_query() LIKE 'ALTER SCHEMA import%' THEN RAISE 'planted'; END IF; END $$`,
    );
    await platform.database.admin(
      `CREATE EVENT TRIGGER planted ON ddl_command_end WHEN TAG IN ('ALTER SCHEMA') EXECUTE FUNCTION public.refuse()`,
    );
    const query = { tenant: 'acme', replace: 'true', confirm: 'acme' };
    const operation = await imported(platform.operator, spoilt, query);
    await platform.database.admin('DROP EVENT TRIGGER planted; DROP FUNCTION public.refuse()');
    expect(operation).toMatchObject({ status: 'failed' });
    expect(JSON.stringify(operation)).not.toMatch(/planted|t_[0-9a-f]{32}|ALTER/);
    expect(await contentOf(platform, schemaOf(acme))).toEqual(content);
    expect(await leftovers()).toEqual([]);
    expect((await acme.owner.get('/notes')).status).toBe(200);
  });

  it('of which two identical ones arrive at once is done once', async () => {
    const answers = await Promise.all([1, 2].map(() => importArchive(platform.operator, archive, { slug: 'twice' })));
    expect(answers.map(({ status }) => status).sort()).toEqual([202, 409]);
    for (const answer of answers.filter(({ status }) => status === 202)) await ended(platform.operator, answer);
    const query = { tenant: 'twice', replace: 'true', confirm: 'twice' };
    const replacing = await Promise.all([1, 2].map(() => importArchive(platform.operator, archive, query)));
    const begun = replacing.filter(({ status }) => status === 202);
    for (const { body, status } of replacing.filter((answer) => answer.status !== 202)) {
      expect([status, body['code']]).toEqual([409, 'TENANT_BUSY']);
      expect(body['detail']).toContain(String(begun[0]?.body['id']));
    }
    for (const answer of begun) await ended(platform.operator, answer);
    expect(await leftovers()).toEqual([]);
  });
});

it('no upload stays behind', async () => {
  expect((await readdir(folder)).filter((name) => name.startsWith('upload'))).toEqual([]);
});
