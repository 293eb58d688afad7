// What the next release of the notes brings: no two notes of a tenant have the same title.
import { TenantryModule } from '@tenantry/platform';

class UniqueTitle1798000000000 {
  async up(runner) {
    await runner.query('CREATE UNIQUE INDEX note_title_unique ON note (title)');
  }

  async down(runner) {
    await runner.query('DROP INDEX note_title_unique');
  }
}

export class TitlesModule {}
TenantryModule({
  name: 'titles',
  compatibility: '^1.0.0',
  tenantMigrations: [UniqueTitle1798000000000],
})(TitlesModule);
