import { work } from '@tenantry/platform';
import type { Command } from 'commander';
import type { Cli } from './console/cli.js';

export function addWorkerCommand(program: Command, cli: Cli): void {
  program
    .command('worker')
    .description('do what is to be done in the background, without serving the API')
    .action(async () => work({ modules: (await cli.options()).modules }));
}
