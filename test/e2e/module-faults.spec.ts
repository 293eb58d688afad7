import { Controller, Get, type Type } from '@nestjs/common';
import { NotesModule } from '@tenantry/example-notes';
import {
  OperatorOnly,
  Public,
  Rel,
  Requires,
  RequiresFeature,
  TenantryModule,
  type TenantryModuleMetadata,
} from '@tenantry/platform';
import { Column, Entity, PrimaryColumn, type QueryRunner } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { connections, failureOf } from '../support/failing-start.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase({ PORT: '0', HOST: '127.0.0.1' });
});

afterAll(() => database.drop());

function moduleOf(metadata: Partial<TenantryModuleMetadata>): Type {
  class FaultyModule {}
  TenantryModule({ name: 'faulty', compatibility: '^1.0.0', ...metadata })(FaultyModule);
  return FaultyModule;
}

@Entity('user_account')
class SecondUserAccount {
  @PrimaryColumn('uuid')
  id!: string;
}

@Entity('ticket')
class Ticket {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('text')
  title!: string;
}

@Entity('ticket', { schema: 'public' })
class PinnedTicket {
  @PrimaryColumn('uuid')
  id!: string;
}

class Unmapped {}

const down = () => Promise.resolve();

class BadSql1785628800001 {
  up = (runner: QueryRunner) => runner.query('CREATE TABL ticket (id uuid)');
  down = down;
}

class NoTimestamp {
  up = (runner: QueryRunner) => runner.query('CREATE TABLE ticket (id uuid PRIMARY KEY)');
  down = down;
}

class TakenTable1785628800002 {
  up = (runner: QueryRunner) => runner.query('CREATE TABLE user_account (id uuid PRIMARY KEY)');
  down = down;
}

class OutsideTransaction1785628800003 {
  readonly transaction = false;
  up = (runner: QueryRunner) => runner.query('CREATE TABLE ticket (id uuid PRIMARY KEY)');
  down = down;
}

class ReachesOut1785628800004 {
  up = (runner: QueryRunner) => runner.query('CREATE ROLE intruder SUPERUSER');
  down = down;
}

@Controller('faulty')
class UndeclaredController {
  @Get()
  list(): string {
    return 'open to whom?';
  }
}

@Controller('faulty')
class UnknownPermissionController {
  @Get()
  @Requires('faulty:read')
  list(): string {
    return '';
  }
}

@Controller('admin/faulty')
class OpenAdminController {
  @Get()
  @Public()
  list(): string {
    return '';
  }
}

@Controller('faulty')
class FeatureWithoutTenantController {
  @Get()
  @Public({ tenant: 'optional' })
  @RequiresFeature('export')
  list(): void {
    // Never called: the platform does not start.
  }
}

@Controller('faulty')
class StrangeRelationController {
  @Get()
  @Public()
  @Rel('https://example.com/rels/x')
  list(): void {
    // Never called: the platform does not start.
  }
}

@Controller('faulty')
class OperatorElsewhereController {
  @Get()
  @OperatorOnly()
  list(): string {
    return '';
  }
}

const faults: Record<string, [Type[], string, RegExp]> = {
  'a table that another module has': [
    [moduleOf({ entities: [SecondUserAccount] })],
    'ModuleFault',
    /"faulty" brings the table "user_account".*"auth"/,
  ],
  'a contract that this platform has not yet': [
    [moduleOf({ compatibility: '^2.0.0' })],
    'ModuleFault',
    /"faulty" works with module contract \^2\.0\.0; this platform has 1\./,
  ],
  'a compatibility that is no range': [
    [moduleOf({ compatibility: 'newest' })],
    'ModuleFault',
    /"faulty".*"newest".*semver/,
  ],
  'a name that is there already': [[moduleOf({ name: 'notes' }), NotesModule], 'ModuleFault', /"notes" is there twice/],
  'the name of a core module': [[moduleOf({ name: 'auth' })], 'ModuleFault', /"auth" is there twice/],
  'a name of the wrong form': [[moduleOf({ name: 'Faulty Module' })], 'ModuleFault', /"Faulty Module" has a name/],
  'an entity that pins its schema': [
    [moduleOf({ entities: [PinnedTicket] })],
    'ModuleFault',
    /"faulty" pins the schema of entity PinnedTicket/,
  ],
  'an entity that is none': [[moduleOf({ entities: [Unmapped] })], 'ModuleFault', /"faulty" lists Unmapped/],
  'an entity whose table no migration makes': [
    [moduleOf({ entities: [Ticket] })],
    'ModuleFault',
    /"faulty" has the entity Ticket.*"ticket"/,
  ],
  'a migration that Postgres refuses': [
    [moduleOf({ tenantMigrations: [BadSql1785628800001] })],
    'MigrationFault',
    /faulty\/BadSql1785628800001: syntax error/,
  ],
  'a migration without a timestamp': [
    [moduleOf({ tenantMigrations: [NoTimestamp] })],
    'MigrationFault',
    /faulty\/NoTimestamp: .*timestamp/,
  ],
  'a migration that is listed twice': [
    [moduleOf({ tenantMigrations: [BadSql1785628800001, BadSql1785628800001] })],
    'MigrationFault',
    /faulty\/BadSql1785628800001: is listed twice/,
  ],
  'a migration that makes a table of another module': [
    [moduleOf({ tenantMigrations: [TakenTable1785628800002] })],
    'MigrationFault',
    /faulty\/TakenTable1785628800002: .*user_account.*exists/,
  ],
  'a migration outside a transaction': [
    [moduleOf({ tenantMigrations: [OutsideTransaction1785628800003] })],
    'MigrationFault',
    /faulty\/OutsideTransaction1785628800003/,
  ],
  'a migration that makes a superuser': [
    [moduleOf({ tenantMigrations: [ReachesOut1785628800004] })],
    'MigrationFault',
    /faulty\/ReachesOut1785628800004: (permission denied|must be superuser)/,
  ],
  'a permission of the wrong form': [[moduleOf({ permissions: { faulty: 'All' } })], 'Error', /"faulty".*area:action/],
  'a permission for a role that there is not': [
    [moduleOf({ permissions: { 'faulty:read': { description: '', roles: ['root'] } } })],
    'Error',
    /"faulty".*unknown role "root"/,
  ],
  'a permission that another module declares': [
    [moduleOf({ permissions: { 'users:read': 'Users' } })],
    'Error',
    /"users:read" is declared by two modules/,
  ],
  'a route that declares no access': [
    [moduleOf({ controllers: [UndeclaredController] })],
    'RouteFault',
    /GET \/faulty \(UndeclaredController\.list\): declares no access/,
  ],
  'a route with a permission that nobody declares': [
    [moduleOf({ controllers: [UnknownPermissionController] })],
    'RouteFault',
    /UnknownPermissionController\.list\): requires "faulty:read"/,
  ],
  'a route under /admin that is not for operators': [
    [moduleOf({ controllers: [OpenAdminController] })],
    'RouteFault',
    /OpenAdminController\.list\): is under \/admin/,
  ],
  'a route for operators elsewhere': [
    [moduleOf({ controllers: [OperatorElsewhereController] })],
    'RouteFault',
    /OperatorElsewhereController\.list\): is for operators/,
  ],
  'a route of a feature without a tenant': [
    [moduleOf({ controllers: [FeatureWithoutTenantController] })],
    'RouteFault',
    /FeatureWithoutTenantController\.list\): requires a feature/,
  ],
  'a relation that is no name': [
    [moduleOf({ controllers: [StrangeRelationController] })],
    'RouteFault',
    /StrangeRelationController\.list\): has the relation "https/,
  ],
  'no decorator': [[Unmapped as Type], 'ModuleFault', /"Unmapped" is not a Tenantry module/],
};

describe('a platform does not start with a module that has', () => {
  it.each(Object.entries(faults))('%s, and says which', async (_, [modules, name, message]) => {
    const error = await failureOf(database, modules);
    expect([error.name, error.message]).toEqual([name, expect.stringMatching(message)]);
  });
});

describe('a start that failed', () => {
  it.each([
    'a migration that Postgres refuses',
    'an entity whose table no migration makes',
    'a permission of the wrong form',
    'a route that declares no access',
  ])('for %s keeps no connection', async (fault) => {
    const before = await connections(database);
    await failureOf(database, faults[fault]?.[0] ?? []);
    const added = async () => (await connections(database)).filter((each) => !before.includes(each));
    // Sooner than pools close by themselves what is idle (10 s).
    await eventually('every connection is closed', async () => (await added()).length === 0, 8000);
  });

  it('records no migration and leaves nothing of it', async () => {
    await failureOf(database, [moduleOf({ tenantMigrations: [BadSql1785628800001] })]);
    const recorded = await database.admin<{ name: string }>('SELECT name FROM platform.tenant_migration');
    expect(recorded.filter((each) => each.name.startsWith('faulty/'))).toEqual([]);
    expect(await database.admin('SELECT FROM pg_roles WHERE rolname = $1', ['intruder'])).toEqual([]);
  });

  it('leaves the database to one that succeeds', async () => {
    await expect(failureOf(database, [NotesModule])).rejects.toThrow('The platform started.');
  });
});

describe('TENANTRY_MODULES', () => {
  const failure = (specifier: string) =>
    failureOf({ ...database, settings: database.settings.with({ TENANTRY_MODULES: [specifier] }) }, []);

  it('that names a missing file, package, or a file without a module is said by name', async () => {
    for (const specifier of [
      './test/support/missing.ts',
      '/nowhere/module.js',
      'no-such-package',
      '@tenantry/nothing',
    ]) {
      expect(await failure(specifier)).toMatchObject({
        name: 'ModuleFault',
        message: expect.stringContaining(`"${specifier}" cannot be loaded`) as string,
      });
    }
    expect(await failure('./test/support/eventually.ts')).toMatchObject({
      name: 'ModuleFault',
      message: expect.stringContaining('exports no class with @TenantryModule') as string,
    });
  });

  it('that names a file with a module loads it', async () => {
    await expect(failure('./examples/notes/src/index.ts')).rejects.toThrow('The platform started.');
  });
});
