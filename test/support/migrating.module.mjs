// What the next release of the notes brings, for processes that load it by TENANTRY_MODULES.
import { TenantryModule } from '@tenantry/platform';

class AddColour1798000000000 {
  async up(runner) {
    await runner.query(`ALTER TABLE note ADD COLUMN colour text NOT NULL DEFAULT 'white'`);
    await runner.query('ALTER TABLE note ADD COLUMN stars integer');
    await runner.query('CREATE INDEX note_colour ON note (colour)');
  }

  async down() {}
}

// For NEXT_RELEASE=2, the release after that.
class AddSize1798000100000 {
  async up(runner) {
    await runner.query('ALTER TABLE note ADD COLUMN size integer');
  }

  async down() {}
}

export class ColoursModule {}
TenantryModule({
  name: 'colours',
  compatibility: '^1.0.0',
  tenantMigrations: [AddColour1798000000000, ...(process.env.NEXT_RELEASE === '2' ? [AddSize1798000100000] : [])],
})(ColoursModule);
