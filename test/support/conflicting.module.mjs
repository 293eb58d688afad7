// What a next release brings, for processes that load it by TENANTRY_MODULES: a table whose name may be taken.
import { TenantryModule } from '@tenantry/platform';

class CreatePart1798000000001 {
  async up(runner) {
    await runner.query('CREATE TABLE part (id uuid PRIMARY KEY DEFAULT uuidv7(), note_id uuid)');
    await runner.query('ALTER TABLE note ADD COLUMN parts integer NOT NULL DEFAULT 0');
  }

  async down() {}
}

export class PartsModule {}
TenantryModule({
  name: 'parts',
  compatibility: '^1.0.0',
  tenantMigrations: [CreatePart1798000000001],
})(PartsModule);
