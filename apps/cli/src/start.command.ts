import { serve } from '@tenantry/platform';
import type { Command } from 'commander';
import type { Cli } from './console/cli.js';

export function addStartCommand(program: Command, cli: Cli): void {
  program
    .command('start')
    .description('serve the API with the modules of package.json and TENANTRY_MODULES')
    .action(async () => serve({ modules: (await cli.options()).modules }));
}
