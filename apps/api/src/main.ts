import { listedModules, serve } from '@tenantry/platform';

await serve({ modules: await listedModules(process.cwd()) });
