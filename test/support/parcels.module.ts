import {
  removed,
  renamed,
  replaced,
  revalued,
  schemaChange,
  TenantryModule,
  type ApiChange,
  type JsonObject,
} from '@tenantry/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { Parcel } from './parcel.entity.js';
import { ParcelsController } from './parcels.controller.js';

class CreateParcels1793700200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TYPE parcel_state AS ENUM ('waiting', 'sent', 'lost')`);
    await runner.query(`
      CREATE TABLE parcel (
        id uuid PRIMARY KEY DEFAULT uuidv7(), grams integer NOT NULL, state parcel_state NOT NULL, address jsonb NOT NULL
      )`);
    await runner.query('CREATE INDEX ON parcel (grams, id)');
    await runner.query('CREATE INDEX ON parcel (state)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE parcel');
  }
}

class WeightIsInGrams implements ApiChange {
  readonly date = '2026-03-02';
  readonly description = 'The weight of a parcel is called grams.';
  readonly schemas = [schemaChange(Parcel, renamed('weight', 'grams'))];
}

class OriginIsGone implements ApiChange {
  readonly date = '2026-05-11';
  readonly description = 'Parcels no longer say where they come from.';
  readonly schemas = [
    schemaChange(
      Parcel,
      removed('origin', { type: 'string', examples: ['shop'] }, () => 'shop'),
    ),
  ];
}

class AddressIsAnObject implements ApiChange {
  readonly date = '2026-07-20';
  readonly description = 'The address of a parcel is an object.';
  readonly schemas = [
    schemaChange(
      Parcel,
      replaced({
        before: { town: { type: 'string' }, street: { type: 'string' } },
        now: ['address'],
        up: ({ town, street }) => ({ address: { town, street } }),
        down: ({ address }) => ({ ...(address as JsonObject) }),
      }),
    ),
  ];
}

class StateSaysMore implements ApiChange {
  readonly date = '2026-10-05';
  readonly description = 'The state of a parcel is waiting, sent or lost. Before, it was new or gone.';
  readonly schemas = [schemaChange(Parcel, revalued('state', { new: 'waiting', gone: 'sent' }, { lost: 'gone' }))];
}

/** A collection whose members had other names and values in each version before. */
@TenantryModule({
  name: 'parcels',
  compatibility: '^1.0.0',
  entities: [Parcel],
  tenantMigrations: [CreateParcels1793700200000],
  permissions: { 'parcels:read': { description: 'Read parcels', roles: ['admin'] } },
  apiSince: '2026-01-15',
  apiChanges: [WeightIsInGrams, OriginIsGone, AddressIsAnObject, StateSaysMore],
  controllers: [ParcelsController],
})
export class ParcelsModule {}
