import { rolesSql } from '@tenantry/platform';
import type { Command } from 'commander';
import type { Cli } from './console/cli.js';

export function addRoleCommands(program: Command, cli: Cli): void {
  program
    .command('roles')
    .description('about the database roles')
    .command('sql')
    .description('print the SQL that a superuser runs where DATABASE_URL may not prepare the roles')
    .action(async () => {
      const sql = await rolesSql(await cli.options());
      cli.terminal.result({ sql }, sql);
    });
}
