import { listedModules, work } from '@tenantry/platform';

await work({ modules: await listedModules(process.cwd()) });
