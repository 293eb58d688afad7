import { NotesModule } from '@tenantry/example-notes';
import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandOver } from '../support/command.js';
import { isPgBouncerInstalled, startPgBouncer } from '../support/pgbouncer.js';
import { startPlatform, type TestPlatform } from '../support/test-platform.js';
import type { TestDatabase } from '../support/test-database.js';

let platform: TestPlatform;
let database: TestDatabase;

beforeAll(async () => {
  platform = await startPlatform();
  database = platform.database;
  await platform.createTenant('acme');
  await platform.createTenant('globex');
});

afterAll(() => platform.close());

interface Report {
  readonly findings: readonly { check: string; severity: string; detail: string; remedy?: string }[];
  readonly errors: number;
}

/** What the tests' own server is not: durable. */
const EXPECTED = ['what is committed survives a crash', 'what was acknowledged is committed'];

const examine = async (over: TestDatabase = database) => {
  const { code, out, err } = await commandOver(over, [NotesModule], ['doctor', '--json']);
  expect(err).toBe('');
  const { findings } = JSON.parse(out) as Report;
  const amiss = findings.filter(({ severity, check }) => severity !== 'ok' && !EXPECTED.includes(check));
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
    expect(findings.filter(({ severity }) => severity !== 'ok').map(({ check }) => check)).toEqual(EXPECTED);
    expect(code).toBe(3);
    expect(findings.length).toBeGreaterThan(20);
  });

  it('shows each finding with its remedy to a person', async () => {
    const { out } = await commandOver(database, [NotesModule], ['doctor']);
    expect(out).toMatch(/^ok {7}Node is 20\.19 or newer: /m);
    expect(out).toMatch(/^error {4}what is committed survives a crash: fsync off.*\n +-> ALTER SYSTEM SET fsync = on/m);
    expect(out).toMatch(/1 errors, 1 warnings\n$/);
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
    expect((await examine(without)).code).toBe(3);
    const url = new URL(database.url);
    url.port = '1';
    url.password = 'never-shown';
    const gone = await examine({ ...database, settings: database.settings.with({ DATABASE_URL: url.href }) });
    expect(gone.amiss.map(({ check }) => check)).toEqual(['the database can be reached']);
    expect(JSON.stringify(gone.findings)).not.toContain('never-shown');
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
