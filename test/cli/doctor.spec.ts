import { NotesModule } from '@tenantry/example-notes';
import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandOver } from '../support/command.js';
import { isPgBouncerInstalled, startPgBouncer } from '../support/pgbouncer.js';
import { stopSweeping } from '../support/operations.js';
import { MailServer } from '../support/mail-server.js';
import { startPlatform, type TestPlatform } from '../support/test-platform.js';
import { isOpensslInstalled, startTlsFront } from '../support/tls-front.js';
import type { TestDatabase } from '../support/test-database.js';

let platform: TestPlatform;
let database: TestDatabase;

beforeAll(async () => {
  platform = await startPlatform();
  await stopSweeping(platform);
  database = platform.database;
  await platform.createTenant('acme');
  await platform.createTenant('globex');
});

afterAll(() => platform.close());

interface Report {
  readonly findings: readonly { check: string; severity: string; detail: string; remedy?: string }[];
  readonly errors: number;
}

/** What the tests' own server is not: durable. And how full a developer's disk is, is no fault of the code. */
const EXPECTED = ['what is committed survives a crash', 'what was acknowledged is committed'];
const IGNORED = [...EXPECTED, 'the disk has room'];

const examine = async (over: TestDatabase = database) => {
  const { code, out, err } = await commandOver(over, [NotesModule], ['doctor', '--json']);
  expect(err).toBe('');
  const { findings } = JSON.parse(out) as Report;
  const amiss = findings.filter(({ severity, check }) => severity !== 'ok' && !IGNORED.includes(check));
  return { code, findings, amiss };
};

/** Spoils something, examines, and mends it. */
const examineWith = async (spoil: string, mend: string) => {
  await database.admin(spoil);
  try {
    return (await examine()).amiss;
  } finally {
    await database.admin(mend);
  }
};

describe('tenantry doctor', () => {
  it('finds nothing amiss in a sound installation but what the tests’ server is set to', async () => {
    const { code, amiss, findings } = await examine();
    expect(amiss).toEqual([]);
    expect(findings.map(({ check }) => check)).toEqual(expect.arrayContaining(IGNORED));
    expect(code).toBe(3);
    expect(findings.length).toBeGreaterThan(30);
  });

  it('shows each finding with its remedy to a person', async () => {
    const { out } = await commandOver(database, [NotesModule], ['doctor']);
    expect(out).toMatch(/^ok {7}Node is 20\.19 or newer: /m);
    expect(out).toMatch(/^error {4}what is committed survives a crash: fsync off.*\n +-> ALTER SYSTEM SET fsync = on/m);
    expect(out).toMatch(/1 errors, [12] warnings\n$/);
  });

  it.each([
    [
      'a withheld function',
      'GRANT EXECUTE ON FUNCTION setseed(float8) TO PUBLIC',
      'REVOKE EXECUTE ON FUNCTION setseed(float8) FROM PUBLIC',
      'error',
      'functions that reach beyond a tenant are withheld from PUBLIC',
    ],
    [
      'an orphan schema',
      'SET ROLE %owner%; CREATE SCHEMA t_00000000000000000000000000000001; RESET ROLE',
      'DROP SCHEMA t_00000000000000000000000000000001',
      'warning',
      'every schema is a tenant’s',
    ],
    [
      'a stuck operation',
      `INSERT INTO platform.tenant_operation (id, kind, status, updated_at) VALUES ('01900000-0000-7000-8000-000000000001', 'create', 'running', now() - interval '1 hour')`,
      'DELETE FROM platform.tenant_operation',
      'warning',
      'no operation is stuck',
    ],
    [
      'a tenant that is behind',
      `UPDATE platform.tenant SET migration_set = NULL WHERE slug = 'acme'`,
      `UPDATE platform.tenant SET migration_set = (SELECT migration_set FROM platform.tenant WHERE slug = 'globex')`,
      'error',
      'every tenant has the migrations of this code',
    ],
    [
      'other timeouts',
      'ALTER ROLE %app% IN DATABASE %db% SET statement_timeout = 20000',
      'ALTER ROLE %app% IN DATABASE %db% SET statement_timeout = 30000',
      'warning',
      'tenants’ statements are timed out as set',
    ],
    [
      'a lacking platform migration',
      `UPDATE platform.platform_migration SET name = 'x' WHERE name LIKE 'CreateSignup%'`,
      `UPDATE platform.platform_migration SET name = 'CreateSignup1794400000000' WHERE name = 'x'`,
      'error',
      'the control schema is current',
    ],
    [
      'a dead job',
      `INSERT INTO platform.job (id, tenant_id, task, status) SELECT '01900000-0000-7000-8000-000000000002', id, 'shop.ship', 'dead' FROM platform.tenant WHERE slug = 'acme'`,
      'DELETE FROM platform.job',
      'warning',
      'no background job is dead',
    ],
    [
      'work that nobody does',
      `INSERT INTO platform.job (id, tenant_id, task, status, run_at) SELECT '01900000-0000-7000-8000-000000000003', id, 'shop.ship', 'handed', now() - interval '1 hour' FROM platform.tenant WHERE slug = 'acme'`,
      'DELETE FROM platform.job',
      'warning',
      'background work is done in time',
    ],
    [
      'that nobody can operate it',
      `ALTER TABLE platform.operator RENAME TO kept; CREATE TABLE platform.operator (); ALTER TABLE platform.operator OWNER TO %owner%`,
      'DROP TABLE platform.operator; ALTER TABLE platform.kept RENAME TO operator',
      'warning',
      'there is an operator',
    ],
    [
      'what was written by a clock that was ahead',
      `UPDATE platform.tenant SET updated_at = now() + interval '1 hour' WHERE slug = 'acme'`,
      'UPDATE platform.tenant SET updated_at = now()',
      'warning',
      'nothing is of the future',
    ],
    [
      'an archive that is not there',
      `INSERT INTO platform.tenant_export (id, tenant_id, slug, file, bytes, sha256, created_at) SELECT '01900000-0000-7000-8000-000000000004', id, slug, 'gone.tar', 1, '', now() FROM platform.tenant WHERE slug = 'acme'`,
      'DELETE FROM platform.tenant_export',
      'warning',
      'every archive is in its folder',
    ],
  ])('finds %s', async (_, spoil, mend, severity, check) => {
    const name = database.settings.get('TENANTRY_INSTALLATION');
    const fill = (sql: string) =>
      sql.replaceAll('%db%', name).replaceAll('%app%', `${name}_app`).replaceAll('%owner%', `${name}_owner`);
    const [first, ...others] = await examineWith(fill(spoil), fill(mend));
    expect(others).toEqual([]);
    expect(first).toMatchObject({ check, severity });
    expect(first?.remedy).not.toBe('');
  });

  it('says what a wrong secret and a database that is not there are, without a password', async () => {
    const without = { ...database, settings: database.settings.with({ TENANTRY_SECRET: 'y'.repeat(40) }) };
    const { code, amiss } = await examine(without);
    expect([code, amiss.map(({ check }) => check)]).toEqual([3, ['the database is prepared, with this secret']]);
    const url = new URL(database.url);
    url.port = '1';
    url.password = 'never-shown';
    const gone = await examine({ ...database, settings: database.settings.with({ DATABASE_URL: url.href }) });
    expect(gone.amiss.map(({ check }) => check)).toEqual(['the database can be reached']);
    expect(JSON.stringify(gone.findings)).not.toContain('never-shown');
  });

  it('finds a folder of archives that cannot be one', async () => {
    const settings = database.settings.with({ TENANTRY_EXPORT_DIR: import.meta.filename });
    const { amiss } = await examine({ ...database, settings });
    expect(amiss).toMatchObject([{ check: 'archives can be written', severity: 'error' }]);
  });

  it('asks the mail server where people sign up, and sends nothing', async () => {
    const mails = await MailServer.start();
    const signup = { TENANTRY_SIGNUP: 'open', TENANTRY_SMTP_URL: mails.url } as const;
    const over = { ...database, settings: database.settings.with(signup) };
    expect((await examine(over)).amiss).toEqual([]);
    await mails.stop();
    expect((await examine(over)).amiss).toMatchObject([{ check: 'the mail server takes mails', severity: 'error' }]);
    expect(mails.mails).toEqual([]);
    const logged = database.settings.with({ TENANTRY_SIGNUP: 'open', TENANTRY_MAIL: 'log' });
    expect((await examine({ ...database, settings: logged })).amiss).toMatchObject([{ check: 'mails are sent' }]);
  });

  it.runIf(isOpensslInstalled())('reads the certificate of the database', async () => {
    const front = await startTlsFront(database.url, 10);
    const behind = (query: string) => {
      const settings = database.settings.with({ DATABASE_URL: `${front.url}?${query}` });
      return examine({ ...database, url: front.url, settings });
    };
    const ending = {
      check: 'the certificate of the database is good for a while',
      severity: 'warning',
      detail: expect.stringMatching(/^expires in (9|10) days/) as string,
    };
    expect((await behind(`sslmode=verify-full&sslrootcert=${front.certificate}`)).amiss).toMatchObject([ending]);
    const unverified = { check: 'the certificate of the database is verified', severity: 'warning' };
    expect((await behind('sslmode=no-verify')).amiss).toMatchObject([unverified, ending]);
    expect((await behind('sslmode=verify-full')).amiss).toMatchObject([
      { check: 'the database can be reached', remedy: expect.stringContaining('certificate') as string },
    ]);
    await front.close();
  });

  it('tells a pooler that is not there from a database that keeps tenants apart badly', async () => {
    const settings = database.settings.with({ TENANTRY_POOLER_URL: 'postgres://127.0.0.1:1/tenantry' });
    const { amiss, findings } = await examine({ ...database, settings });
    expect(amiss.map(({ check }) => check)).toEqual(['the pooler can be reached']);
    expect(findings.map(({ check }) => check)).toContain('tenants’ roles cannot log in');
  });

  it.runIf(isPgBouncerInstalled())('examines the pooler too', async () => {
    const bouncer = await startPgBouncer(database, { poolSize: 5, mode: 'statement' });
    const settings = database.settings.with({ TENANTRY_POOLER_URL: bouncer.url });
    const { amiss } = await examine({ ...database, settings });
    await bouncer.stop();
    expect(amiss).toMatchObject([{ severity: 'error', remedy: 'Set pool_mode = transaction in pgbouncer.ini.' }]);
  });
});

describe('tenantry completion', () => {
  it('completes commands and options in bash', async () => {
    const { out } = await commandOver(database, [], ['completion', 'bash']);
    const complete = (...words: string[]) => {
      const script = `${out}\nCOMP_WORDS=(tenantry ${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length}; _tenantry; echo "\${COMPREPLY[@]}"`;
      return spawnSync('bash', ['-c', script], { encoding: 'utf8' }).stdout.trim();
    };
    expect(complete('ten')).toBe('tenants');
    expect(complete('tenants', 's')).toBe('show suspend');
    expect(complete('tenants', 'delete', '--p')).toBe('--purge');
  });

  it.each(['zsh', 'fish'])('is there for %s', async (shell) => {
    const { code, out } = await commandOver(database, [], ['completion', shell]);
    expect(code).toBe(0);
    expect(out).toContain('tenants');
  });

  it('is refused for a shell that it does not know', async () => {
    expect((await commandOver(database, [], ['completion', 'csh'])).code).toBe(2);
  });
});
