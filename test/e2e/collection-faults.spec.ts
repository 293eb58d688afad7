import type { Type } from '@nestjs/common';
import { Embeddable, Filterable, Sortable, TenantryModule } from '@tenantry/platform';
import { Column, Entity, JoinColumn, ManyToOne, OneToMany, PrimaryColumn, type QueryRunner } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { failureOf } from '../support/failing-start.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase({ PORT: '0', HOST: '127.0.0.1' });
});

afterAll(() => database.drop());

class CreateShelves1785628800500 {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE shelf (
        id uuid PRIMARY KEY, bare text, second text, partial text, hashed text, indexed text, tags text[], place point,
        shown text, upper_id uuid
      )`);
    await runner.query('CREATE INDEX ON shelf (indexed, second)');
    await runner.query(`CREATE INDEX ON shelf (partial) WHERE partial <> ''`);
    await runner.query('CREATE INDEX ON shelf USING hash (hashed)');
    await runner.query('CREATE INDEX ON shelf (lower(bare))');
    await runner.query('CREATE INDEX ON shelf USING gin (tags)');
    await runner.query('CREATE INDEX ON shelf (shown)');
  }

  down = () => Promise.resolve();
}

/** A module with an entity of that table, whose one property is declared so. */
function moduleOf(property: string, decorators: readonly PropertyDecorator[]): Type {
  class Shelf {}
  class ShelvesModule {}
  PrimaryColumn('uuid')(Shelf.prototype, 'id');
  for (const decorate of decorators) decorate(Shelf.prototype, property);
  Entity('shelf')(Shelf);
  TenantryModule({
    name: 'shelves',
    compatibility: '^1.0.0',
    entities: [Shelf],
    tenantMigrations: [CreateShelves1785628800500],
  })(ShelvesModule);
  return ShelvesModule;
}

const nullable = Column('text', { nullable: true });
const upper = { from: (value: string) => value.toUpperCase(), to: (value: string) => value };

function relationWithoutIndex(): PropertyDecorator {
  return (prototype, property) => {
    ManyToOne(() => prototype.constructor, 'lower')(prototype, 'upper');
    JoinColumn({ name: 'upper_id' })(prototype, 'upper');
    OneToMany(() => prototype.constructor, 'upper')(prototype, property);
  };
}

const faults: Record<string, [string, PropertyDecorator[], string]> = {
  'filters by a column without an index': [
    'bare',
    [nullable, Filterable()],
    'no index of its table "shelf" begins with "bare"',
  ],
  'sorts by a column without an index': [
    'bare',
    [nullable, Sortable()],
    'no B-tree index of its table "shelf" begins with "bare"',
  ],
  'filters by the second column of an index': ['second', [nullable, Filterable()], 'begins with "second"'],
  'filters by a column of an index that lacks rows': ['partial', [nullable, Filterable()], 'begins with "partial"'],
  'sorts by a column of an index without an order': ['hashed', [nullable, Sortable()], 'no B-tree index'],
  'sorts by a column that only its table lets be null': ['indexed', [Column('text'), Sortable()], 'not nullable there'],
  'filters by a list': ['tags', [Column('text', { array: true }), Filterable()], 'cannot be compared'],
  'filters by a type that has no order': [
    'place',
    [Column('point', { nullable: true }), Filterable()],
    'cannot be compared',
  ],
  'filters by a value that is shown otherwise': [
    'shown',
    [Column('text', { transformer: upper }), Filterable()],
    'cannot be compared',
  ],
  'filters by what is no column': ['nothing', [Filterable()], '@Filterable() nothing, which is no column'],
  'sorts by what is no column': ['nothing', [Sortable()], '@Sortable() nothing, which is no column'],
  'embeds what is no relation': ['indexed', [nullable, Embeddable()], '@Embeddable() indexed, which is no relation'],
  'embeds rows of a resource that no route reads': [
    'lower',
    [relationWithoutIndex(), Embeddable({ resource: '/uppers/:id' })],
    'with the resource "/uppers/:id", which no route reads',
  ],
  'embeds rows of a resource whose parameters cannot be told': [
    'lower',
    [relationWithoutIndex(), Embeddable({ resource: '/uppers' })],
    "whose last parameter must be the row's id",
  ],
  'embeds rows whose key has no index': ['lower', [relationWithoutIndex(), Embeddable()], 'begins with "upper_id"'],
};

describe('a platform does not start with an entity that', () => {
  it.each(Object.entries(faults))('%s, and says which', async (_, [property, decorators, message]) => {
    const error = await failureOf(database, [moduleOf(property, decorators)]);
    expect([error.name, error.message]).toEqual(['ModuleFault', expect.stringContaining(message)]);
    expect(error.message).toMatch(/^Module "shelves" declares in entity Shelf @/);
  });
});

it.each([
  ['sorts and filters by a column that an index begins with', 'indexed', [nullable, Filterable(), Sortable()]],
  ['filters by a column with an index without an order', 'hashed', [nullable, Filterable()]],
  ['filters by its key', 'id', [Filterable(), Sortable()]],
] satisfies [string, string, PropertyDecorator[]][])(
  'a platform starts with an entity that %s',
  async (_, property, decorators) => {
    await expect(failureOf(database, [moduleOf(property, decorators)])).rejects.toThrow('The platform started.');
  },
);
