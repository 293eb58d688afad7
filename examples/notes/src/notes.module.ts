import { TenantryModule } from '@tenantry/platform';
import { CreateNote1785628800000 } from './create-note.migration.js';
import { Note } from './note.entity.js';
import { NotesController } from './notes.controller.js';

@TenantryModule({
  name: 'notes',
  description: 'Short texts with a title.',
  compatibility: '^1.0.0',
  entities: [Note],
  tenantMigrations: [CreateNote1785628800000],
  permissions: { 'notes:read': 'Read notes', 'notes:write': 'Write notes' },
  controllers: [NotesController],
})
export class NotesModule {}
