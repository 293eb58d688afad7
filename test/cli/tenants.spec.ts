import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NotesModule } from '@tenantry/example-notes';
import { OrdersModule } from '@tenantry/example-orders';
import { buildServer } from '../support/build.js';
import { commandOver, environmentOf, tenantry, type CommandEnd } from '../support/command.js';
import { eventually } from '../support/eventually.js';
import { stopSweeping } from '../support/operations.js';
import { startPlatform, type TestPlatform, type TestTenant } from '../support/test-platform.js';

let platform: TestPlatform;
let acme: TestTenant;
let environment: Record<string, string>;

beforeAll(async () => {
  await buildServer();
  platform = await startPlatform({ modules });
  await stopSweeping(platform);
  acme = await platform.createTenant('acme');
  environment = environmentOf(platform.database);
});

afterAll(() => platform.close());

const modules = [NotesModule, OrdersModule];
const run = (...args: string[]) => commandOver(platform.database, modules, args);
const saying = (text: RegExp) => expect.stringMatching(text) as string;
const json = ({ out }: CommandEnd) => JSON.parse(out) as Record<string, unknown>;

/** Everything that a command could leave behind. */
const state = () =>
  platform.database.admin(
    `SELECT (SELECT json_agg(t ORDER BY t.id) FROM platform.tenant t) AS tenants,
            (SELECT json_agg(o ORDER BY o.id) FROM platform.tenant_operation o) AS operations,
            (SELECT count(*) FROM platform.tenant_migration) AS recorded,
            (SELECT count(*) FROM platform.signing_key) AS keys,
            (SELECT json_agg(nspname ORDER BY 1) FROM pg_namespace) AS schemas`,
  );

describe('tenantry tenants list', () => {
  it('shows the tenants beside a running server, as a table or as JSON', async () => {
    const shown = await tenantry(['tenants', 'list'], environment);
    expect(shown).toMatchObject({ code: 0, err: '' });
    expect(shown.out).toMatch(
      /^SLUG +NAME +STATUS +SCHEMA +PLAN +CREATED +ID\nacme +Tenant acme +active +current +free/,
    );
    const listed = await run('tenants', 'list', '--json');
    expect(JSON.parse(listed.out)).toMatchObject([{ id: acme.id, slug: 'acme', status: 'active', schema: 'current' }]);
  });

  it('takes up no operation, purges nothing and makes nothing', async () => {
    const { database } = platform;
    await database.admin(
      `INSERT INTO platform.tenant (id, slug, name, status, plan, api_version, purge_after)
       VALUES ('01900000-0000-7000-8000-000000000001', 'gone', 'Gone', 'deleted', 'free', '2026-11-01', now() - interval '1 day'),
              ('01900000-0000-7000-8000-000000000002', 'half', 'Half', 'provisioning', 'free', '2026-11-01', NULL)`,
    );
    await database.admin(
      `INSERT INTO platform.tenant_operation (id, tenant_id, kind, status, input, steps, updated_at)
       VALUES ('01900000-0000-7000-8000-000000000003', '01900000-0000-7000-8000-000000000002', 'create', 'running',
               '{"owner": {"email": "a@b.example", "passwordHash": null}}', '[]', now())`,
    );
    await database.admin('DELETE FROM platform.signing_key');
    const before = await state();
    expect((await run('tenants', 'list', '--status', 'deleted')).out).toMatch(/\ngone /);
    expect(await state()).toEqual(before);
    await database.admin(`DELETE FROM platform.tenant_operation WHERE tenant_id <> '${acme.id}'`);
    await database.admin(`DELETE FROM platform.tenant WHERE id <> '${acme.id}'`);
  });

  it('shows a name as text, whatever it would do to a terminal', async () => {
    const sql = 'UPDATE platform.tenant SET name = $1';
    await platform.database.admin(sql, ['Ac\u001b[31mme\u202e\r\nx']);
    const { out } = await run('tenants', 'list');
    await platform.database.admin(sql, ['Tenant acme']);
    expect(out).toMatch(/acme +Acme\ufffd\ufffd\ufffdx +active/);
  });
});

describe('tenantry tenants create', () => {
  it('makes a tenant that serves at once, with the password from standard input', async () => {
    const password = 'told-by-standard-input';
    const args = ['tenants', 'create', 'beta', '--owner-email', 'owner@beta.example', '--owner-password', '--json'];
    const made = await commandOver(platform.database, modules, args, `${password}\n`);
    expect(made).toMatchObject({ code: 0, err: '' });
    expect(json(made)).toMatchObject({ slug: 'beta', name: 'beta', status: 'active', schema: 'current' });
    expect(made.out).not.toContain(password);
    const anyone = platform.anyone.with({ 'x-tenant': 'beta' });
    const owner = await anyone.signIn('/auth/login', { email: 'owner@beta.example', password });
    expect((await owner.with({ 'x-tenant': 'beta' }).get('/notes')).status).toBe(200);
  });

  it('prints an invitation that works where no password is given', async () => {
    const made = json(await run('tenants', 'create', 'gamma', '--owner-email', 'owner@gamma.example', '--json'));
    const { token } = made['ownerInvitation'] as { token: string };
    const anyone = platform.anyone.with({ 'x-tenant': 'gamma' });
    const accepted = await anyone.post('/invitations/accept', { token, password: 'chosen-by-the-owner' });
    expect(accepted.status).toBe(200);
  });

  it('refuses what the API refuses, with its code on standard error and nothing on standard output', async () => {
    const taken = await run('tenants', 'create', 'acme', '--owner-email', 'a@b.example');
    expect(taken).toEqual({ code: 1, out: '', err: saying(/^TENANT_SLUG_TAKEN: .*\n$/) });
    const wrong = await run('tenants', 'create', 'delta', '--owner-email', 'nobody', '--json');
    expect(wrong).toMatchObject({ code: 2, out: '' });
    expect(JSON.parse(wrong.err)).toMatchObject({
      error: { code: 'REQUEST_INVALID', errors: [{ pointer: '/owner/email' }] },
    });
  });
});

describe('a tenant', () => {
  it('is suspended and resumed in the running server too', async () => {
    expect(json(await run('tenants', 'suspend', 'acme', '--json'))).toMatchObject({ status: 'suspended' });
    const isAnswered = async (status: number) => (await acme.owner.get('/notes')).status === status;
    await eventually('the server has heard', () => isAnswered(403));
    expect((await run('tenants', 'resume', acme.id)).out).toMatch(/status +active/);
    await eventually('the server has heard', () => isAnswered(200));
  });

  it('is shown by slug and by id, and an unknown one is told', async () => {
    expect(json(await run('tenants', 'show', 'acme', '--json'))).toMatchObject({ id: acme.id });
    expect((await run('tenants', 'show', acme.id)).out).toMatch(/slug +acme/);
    expect(await run('tenants', 'show', 'nobody')).toMatchObject({
      code: 1,
      err: saying(/^TENANT_UNKNOWN/),
    });
  });

  it('is deleted softly, and purged only with its slug for confirmation', async () => {
    await platform.createTenant('doomed');
    expect(json(await run('tenants', 'delete', 'doomed', '--json'))).toMatchObject({ status: 'deleted' });
    expect((await run('tenants', 'resume', 'doomed')).code).toBe(0);
    const unconfirmed = await run('tenants', 'delete', 'doomed', '--purge', '--confirm', 'acme');
    expect(unconfirmed).toMatchObject({ code: 1, err: saying(/^TENANT_PURGE_UNCONFIRMED/) });
    expect((await run('tenants', 'delete', 'doomed', '--purge', '--confirm', 'doomed')).code).toBe(0);
    expect((await run('tenants', 'show', 'doomed')).err).toMatch(/^TENANT_UNKNOWN/);
  });
});

describe('tenantry', () => {
  it('ends with 2 where the command line is wrong', async () => {
    expect(await run('tenants', 'lsit')).toMatchObject({ code: 2, out: '' });
    expect(await run('tenants', 'show')).toMatchObject({ code: 2, out: '' });
    expect(await run('--help')).toMatchObject({ code: 0, err: '' });
  });

  it('names what is missing where there is no installation, and makes none', async () => {
    const empty = { TENANTRY_DATA_DIR: '/nonexistent/tenantry' };
    const ended = await tenantry(['tenants', 'list'], empty);
    expect(ended).toMatchObject({
      code: 1,
      out: '',
      err: saying(/^INSTALLATION_MISSING: .*nonexistent/),
    });
  });

  it('does not touch a database that another secret prepared', async () => {
    const ended = await tenantry(['tenants', 'list'], { ...environment, TENANTRY_SECRET: 'x'.repeat(40) });
    expect(ended).toMatchObject({ code: 1, err: saying(/^SECRET_MISMATCH/) });
  });
});
