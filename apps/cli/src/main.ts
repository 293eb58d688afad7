import { listedModules, resetOperatorPassword, rolesSql, serve, StructuredLogger } from '@tenantry/platform';
import { Command } from 'commander';
import { addContractCommands } from './contract/contract.command.js';
import { addDriftCommand } from './drift/drift.command.js';
import { addMigrateCommands } from './migrate/migrate.command.js';

/** What a command gives goes to standard output alone; what it has to say besides goes to standard error. */
const logger = new StructuredLogger(process.env['TENANTRY_LOG_LEVEL'] ?? 'warn', process.stderr);

const modules = () => listedModules(process.cwd());

const program = new Command('tenantry').description('Runs and looks after a Tenantry installation.');

program
  .command('start')
  .description('serve the API with the modules of package.json and TENANTRY_MODULES')
  .action(async () => serve({ modules: await modules() }));

addMigrateCommands(program, { logger, modules });
addDriftCommand(program, { logger, modules });

program
  .command('build')
  .description('compile TypeScript projects with the OpenAPI plugin (tsc -b)')
  .argument('[project...]', 'folder or tsconfig')
  .option('--watch', 'compile again at every change')
  .option('--clean', 'remove what was compiled');

program
  .command('roles')
  .description('about the database roles')
  .command('sql')
  .description('print the SQL that a superuser runs where DATABASE_URL may not prepare the roles')
  .action(async () => {
    process.stdout.write(await rolesSql({ logger }));
  });

program
  .command('operators')
  .description('about the people who run the installation')
  .command('reset-password')
  .description('give an operator a new password and print it; makes the operator if there is none of this address')
  .argument('<email>')
  .action(async (email: string) => {
    process.stdout.write(`${await resetOperatorPassword(email, { logger, modules: await modules() })}\n`);
  });

addContractCommands(program, { logger, modules });

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode ??= 1;
}
