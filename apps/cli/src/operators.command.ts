import { resetOperatorPassword } from '@tenantry/platform';
import type { Command } from 'commander';
import type { Cli } from './console/cli.js';

export function addOperatorCommands(program: Command, cli: Cli): void {
  program
    .command('operators')
    .description('about the people who run the installation')
    .command('reset-password')
    .description('give an operator a new password and print it; makes the operator if there is none of this address')
    .argument('<email>')
    .action(async (email: string) => {
      const password = await resetOperatorPassword(email, await cli.options());
      cli.terminal.result({ email, password }, password);
    });
}
