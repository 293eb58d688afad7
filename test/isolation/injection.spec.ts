import { NotesModule } from '@tenantry/example-notes';
import { tenantSchema } from '@tenantry/tenancy';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPlatform, type TestPlatform, type TestTenant } from '../support/test-platform.js';
import { UnsafeSearchModule } from '../support/unsafe-search.module.js';

let platform: TestPlatform;
let attacker: TestTenant;
let victim: TestTenant;
let other: string;

beforeAll(async () => {
  platform = await startPlatform({ modules: [NotesModule, UnsafeSearchModule] });
  [attacker, victim] = [await platform.createTenant('mallory'), await platform.createTenant('victim')];
  other = tenantSchema(victim.id);
  await victim.owner.post('/notes', { title: 'SECRET', body: 'of the victim' });
  await attacker.owner.post('/notes', { title: 'mine', body: '' });
});

afterAll(() => platform.close());

/** Injects behind `WHERE title = '`. */
const inject = (text: string) => attacker.owner.get(`/unsafe-search?q=${encodeURIComponent(text)}`);
const run = (statement: string) => attacker.owner.get(`/unsafe-search/statement?q=${encodeURIComponent(statement)}`);
const become = () =>
  `' UNION SELECT set_config('role', '${other}', true) || query_to_xml('select title from ${other}.note', true, true, '')::text --`;

describe('an injected text', () => {
  it('reaches what is the attacker’s own, or the attacks below would prove nothing', async () => {
    expect((await inject(`' OR true --`)).text).toContain('mine');
  });

  it.each([
    ['the other tenant’s table', () => `' UNION SELECT title FROM ${other}.note --`],
    ['another role by set_config', become],
    [
      'another role by a query inside a query',
      () => `' UNION SELECT query_to_xml('set role ${other}', true, true, '')::text --`,
    ],
    ['a second statement', () => `'; SET ROLE ${other}; SELECT title FROM ${other}.note --`],
    ['a second statement that writes', () => `'; DELETE FROM ${other}.note --`],
    ['the control plane', () => `' UNION SELECT slug FROM platform.tenant --`],
    ['operators’ passwords', () => `' UNION SELECT password_hash FROM platform.operator --`],
    ['Postgres’ own passwords', () => `' UNION SELECT rolpassword FROM pg_authid --`],
    ['the server’s files', () => `' UNION SELECT pg_read_file('/etc/passwd') --`],
    ['large objects', () => `' UNION SELECT lo_import('/etc/passwd')::text --`],
    ['a large object of its own', () => `' UNION SELECT lo_create(0)::text --`],
    ['locks that other tenants wait for', () => `' UNION SELECT pg_advisory_lock(1)::text --`],
    ['a lock until the transaction ends', () => `' UNION SELECT pg_advisory_xact_lock(1)::text --`],
    ['other processes by notification', () => `' UNION SELECT pg_notify('tenantry_tenant', 'x')::text --`],
    [
      'other connections',
      () => `' UNION SELECT pg_terminate_backend(pid)::text FROM pg_stat_activity WHERE usename LIKE '%app' --`,
    ],
  ])('does not reach %s', async (_, text) => {
    const answer = await inject(text());
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.text).not.toMatch(/SECRET|t_[0-9a-f]{32}|permission denied|argon2|root:|SELECT/);
    expect((await victim.owner.get('/notes')).text).toContain('SECRET');
  });
});

describe('a whole statement of the client', () => {
  it.each([
    ['SET ROLE', () => `SET ROLE ${other}`],
    ['RESET ROLE', () => 'RESET ROLE'],
    ['SET search_path', () => `SET search_path = ${other}`],
    ['DO', () => `DO $$ BEGIN EXECUTE 'SET ROLE ${other}'; END $$`],
    ['CREATE FUNCTION', () => `CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'`],
    ['CREATE TABLE', () => 'CREATE TABLE extra (x int)'],
    ['CREATE TABLE in public', () => 'CREATE TABLE public.extra (x int)'],
    ['CREATE TEMP TABLE', () => 'CREATE TEMP TABLE note (title text)'],
    ['SELECT INTO', () => 'SELECT 1 AS x INTO extra'],
    ['SELECT INTO TEMP', () => `SELECT 'planted' AS title INTO TEMP note`],
    ['DROP TABLE', () => 'DROP TABLE note'],
    ['LISTEN', () => 'LISTEN tenantry_tenant'],
    ['PREPARE', () => 'PREPARE p AS SELECT 1'],
    ['EXECUTE of the entering statement', () => `EXECUTE tenantry_enter('${other}', '${other}')`],
    ['EXPLAIN ANALYZE EXECUTE of it', () => `EXPLAIN ANALYZE EXECUTE tenantry_enter('${other}', '${other}')`],
    ['DEALLOCATE', () => 'DEALLOCATE ALL'],
    ['DISCARD', () => 'DISCARD ALL'],
    ['COPY', () => `COPY note TO '/tmp/note'`],
    ['COMMIT AND CHAIN', () => 'COMMIT AND CHAIN'],
    ['the other tenant’s rows', () => `SELECT * FROM ${other}.note`],
  ])('%s is refused', async (_, statement) => {
    const answer = await run(statement());
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.text).not.toContain('SECRET');
    expect((await attacker.owner.get('/notes')).text).toContain('mine');
    expect((await victim.owner.get('/notes')).text).toContain('SECRET');
  });
});

/** Each layer taken away in turn: the attack then works, so the layer is what stops it. */
describe('without', () => {
  it('the revoke of set_config, the injected text becomes the other tenant', async () => {
    await platform.database.admin('GRANT EXECUTE ON FUNCTION set_config(text, text, boolean) TO PUBLIC');
    expect((await inject(become())).text).toContain('SECRET');
    await platform.database.admin('REVOKE EXECUTE ON FUNCTION set_config(text, text, boolean) FROM PUBLIC');
    expect((await inject(become())).text).not.toContain('SECRET');
  });

  it('privileges of its own for each tenant’s role, the other tenant’s table is open', async () => {
    const attack = `' UNION SELECT title FROM ${other}.note --`;
    const mallory = tenantSchema(attacker.id);
    await platform.database.admin(
      `GRANT USAGE ON SCHEMA ${other} TO ${mallory}; GRANT SELECT ON ${other}.note TO ${mallory}`,
    );
    const shared = await inject(attack);
    await platform.database.admin(
      `REVOKE ALL ON SCHEMA ${other} FROM ${mallory}; REVOKE ALL ON ${other}.note FROM ${mallory}`,
    );
    expect([shared.status, shared.text.includes('SECRET')]).toEqual([200, true]);
    expect((await inject(attack)).status).toBeGreaterThanOrEqual(400);
  });

  it('the revoke of TEMP, a temporary table can be made but shadows nobody’s', async () => {
    const [{ name }] = (await platform.database.admin<{ name: string }>('SELECT current_database() AS name')) as [
      { name: string },
    ];
    await platform.database.admin(`GRANT TEMPORARY ON DATABASE ${name} TO PUBLIC`);
    expect((await run(`SELECT 'planted' AS title INTO TEMP note`)).status).toBe(200);
    await platform.database.admin(`REVOKE TEMPORARY ON DATABASE ${name} FROM PUBLIC`);
    for (let connection = 0; connection < 20; connection += 1) {
      expect((await victim.owner.get('/notes')).text).toContain('SECRET');
    }
  });
});

describe('what is left open, knowingly', () => {
  it('is the opaque ids of other tenants in the catalogue, and no name of theirs', async () => {
    const answer = await run('SELECT string_agg(rolname, $$,$$) AS roles FROM pg_roles');
    expect(answer.text).toContain(other);
    expect(answer.text).not.toContain('victim');
  });
});
