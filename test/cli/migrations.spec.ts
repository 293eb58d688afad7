import { NotesModule } from '@tenantry/example-notes';
import { TenantryModule } from '@tenantry/platform';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandOver } from '../support/command.js';
import { migrationOf } from '../support/fleet.js';
import { startPlatform, type TestPlatform } from '../support/test-platform.js';
import { schemaOf } from '../support/test-users.js';

const Widen = migrationOf(
  'Widen1799000000001',
  'ALTER TABLE note ADD COLUMN extent int',
  'CREATE INDEX sized ON note (extent)',
);
const Shrink = migrationOf('Shrink1799000000002', 'ALTER TABLE note DROP COLUMN extent');

@TenantryModule({ name: 'wide', compatibility: '^1.0.0', tenantMigrations: [Widen] })
class WideModule {}

@TenantryModule({ name: 'narrow', compatibility: '^1.0.0', tenantMigrations: [Shrink] })
class NarrowModule {}

const modules = [NotesModule, WideModule];
let platform: TestPlatform;
let acme: string;

beforeAll(async () => {
  platform = await startPlatform({ modules: [NotesModule] });
  acme = schemaOf(await platform.createTenant('acme'));
  await platform.createTenant('globex');
});

afterAll(() => platform.close());

const tenantry = async (...args: string[]) => commandOver(platform.database, modules, args);
const jsonLines = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('tenantry migrate', () => {
  it('refuses a flag that is none with 2, before anything is tried', async () => {
    for (const wrong of [['--waves', 'many'], ['--halt-at', '7'], ['--nothing']])
      expect((await tenantry('migrate', ...wrong)).code).toBe(2);
  });

  it('says with --json what it would do, and what hurts about it', async () => {
    const { code, out } = await tenantry('migrate', '--dry-run', '--json');
    expect(code).toBe(0);
    expect(jsonLines(out)).toEqual([
      {
        tenants: 2,
        stages: [
          {
            kind: 'text',
            migrations: ['wide/Widen1799000000001'],
            statements: [
              { sql: 'ALTER TABLE note ADD COLUMN extent int' },
              { sql: 'CREATE INDEX sized ON note (extent)' },
            ],
            findings: [expect.objectContaining({ rule: 'index-blocks-writes', subject: 'note.sized' })],
          },
        ],
      },
    ]);
  });

  it('run by two at once migrates each tenant once, and both end well', async () => {
    const both = await Promise.all([tenantry('migrate', '--json'), tenantry('migrate', '--json')]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    const migrated = both.flatMap(({ out }) => jsonLines(out)).filter(({ slug }) => slug !== undefined);
    expect(migrated.map(({ slug }) => slug).sort()).toEqual(['acme', 'globex']);
  });
});

describe('tenantry drift', () => {
  it('ends with 0 where nothing differs', async () => {
    const { code, out } = await tenantry('drift');
    expect([code, out]).toEqual([0, '2 tenants compared, 0 differ in 0 things\n']);
  });

  it('ends with 3 where something does, says what, and with 0 once all is mended', async () => {
    await platform.database.admin(`DROP INDEX ${acme}.sized; REVOKE SELECT ON ${acme}.note FROM ${acme}`);
    const told = await tenantry('drift', '--json');
    expect(told.code).toBe(3);
    const [tenant, fleet] = jsonLines(told.out);
    expect(tenant).toMatchObject({ slug: 'acme', schema: acme, fixed: 0 });
    expect(fleet).toEqual({ compared: 2, drifted: 1, behind: 0, differences: 2, fixed: 0 });
    expect((await tenantry('drift', '--tenant', 'globex')).code).toBe(0);

    const words = await tenantry('drift', '--fix');
    expect(words.code).toBe(0);
    expect(words.out).toContain(`acme (${acme})\n  index sized: missing\n`);
    expect(words.out).toContain('2 tenants compared, 1 differ in 2 things, 2 mended\n');
    expect((await tenantry('drift')).code).toBe(0);
  });

  it('ends with 3 where something is left that it does not mend', async () => {
    await platform.database.admin(`ALTER TABLE ${acme}.note ADD COLUMN stray int; DROP INDEX ${acme}.sized`);
    const { code, out } = await tenantry('drift', '--fix', '--json');
    expect([code, jsonLines(out).at(-1)]).toEqual([
      3,
      { compared: 2, drifted: 1, behind: 0, differences: 2, fixed: 1 },
    ]);
    await platform.database.admin(`ALTER TABLE ${acme}.note DROP COLUMN stray`);
  });
});

/** Last, because it records what the tenants then lack. */
describe('tenantry migrate lint', () => {
  it('warns and ends with 0, and ends with 3 where something is taken away too early', async () => {
    const warned = await tenantry('migrate', 'lint', '--module', 'wide');
    expect([warned.code, warned.out]).toEqual([
      0,
      expect.stringMatching(/^warning wide\/Widen\d+: index-blocks-writes note\.sized: .*\n0 errors, 1 warnings\n$/),
    ]);
    const found = await commandOver(
      platform.database,
      [...modules, NarrowModule],
      ['migrate', 'lint', '--module', 'narrow', '--json'],
    );
    expect(found.code).toBe(3);
    const findings = JSON.parse(found.out) as { level: string; rule: string; subject: string }[];
    expect(findings.map(({ level, rule, subject }) => `${level} ${rule} ${subject}`)).toEqual([
      'warning index-drop-blocks-table note.sized',
      'error drops-column note.extent',
    ]);
  });
});
