import { NotesModule } from '@tenantry/example-notes';
import { serve } from '@tenantry/platform';

await serve({ modules: [NotesModule] });
