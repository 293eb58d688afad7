// The platform with a resource that has a history; or one that answers requests with the header `x-bare` without links and
// tags, as it would if there were none: both from one process, because two differ by more than what is measured.
import { register } from 'node:module';
import { answerAsSubject } from './subject-process.mjs';

answerAsSubject(async ({ environment, versions }) => {
  if (!versions) register('./untagged.mjs', import.meta.url);
  const { Links } = await import('@tenantry/api');
  if (!versions) answerBareRequests(Links);
  const { createPlatform, parseSettings } = await import('@tenantry/platform');
  const { NotesModule } = await import('@tenantry/example-notes');
  const modules = [NotesModule];
  if (versions) modules.push((await import('./history.mjs')).historyModule(versions));
  const platform = await createPlatform({ modules, settings: parseSettings(environment) });
  return { url: await platform.listen(), stop: () => platform.stop() };
});

function answerBareRequests(Links) {
  const { add } = Links.prototype;
  Links.prototype.add = function (document, request, reply) {
    return request.headers['x-bare'] === undefined ? add.call(this, document, request, reply) : document;
  };
}
