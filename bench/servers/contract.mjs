// The platform with a resource that has a history; or without links and tags, as it would be if there were none.
import { register } from 'node:module';
import { answerAsSubject } from './subject-process.mjs';

answerAsSubject(async ({ environment, isBare = false, versions }) => {
  if (!versions) register('./untagged.mjs', import.meta.url, { data: { isBare } });
  const { Links } = await import('@tenantry/api');
  if (isBare) Links.prototype.add = (document) => document;
  const { createPlatform, parseSettings } = await import('@tenantry/platform');
  const { NotesModule } = await import('@tenantry/example-notes');
  const modules = [NotesModule];
  if (versions) modules.push((await import('./history.mjs')).historyModule(versions));
  const platform = await createPlatform({ modules, settings: parseSettings(environment) });
  return { url: await platform.listen(), stop: () => platform.stop() };
});
