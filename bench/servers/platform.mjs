// The whole platform with the example module.
import { NotesModule } from '@tenantry/example-notes';
import { createPlatform, parseSettings } from '@tenantry/platform';
import { answerAsSubject } from './subject-process.mjs';

answerAsSubject(async ({ environment }) => {
  const platform = await createPlatform({ modules: [NotesModule], settings: parseSettings(environment) });
  return { url: await platform.listen(), stop: () => platform.stop() };
});
