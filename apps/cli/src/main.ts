import { migrate, parseSettings, resetOperatorPassword, rolesSql, serve } from '@tenantry/platform';
import { Command } from 'commander';

const program = new Command('tenantry').description('Runs and looks after a Tenantry installation.');

program
  .command('start')
  .description('serve the API with the modules of TENANTRY_MODULES')
  .action(() => serve());

program
  .command('migrate')
  .description('prepare the database and bring every tenant to the newest shape; exits with 1 when a tenant failed')
  .action(async () => {
    const { migrated, failures } = await migrate();
    process.stdout.write(`${migrated} tenants migrated, ${failures.length} failed\n`);
    for (const { slug, reason } of failures) process.stdout.write(`  ${slug}: ${reason}\n`);
    process.exitCode = failures.length > 0 ? 1 : 0;
  });

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
    process.stdout.write(await rolesSql(parseSettings(process.env)));
  });

program
  .command('operators')
  .description('about the people who run the installation')
  .command('reset-password')
  .description('give an operator a new password and print it; makes the operator if there is none of this address')
  .argument('<email>')
  .action(async (email: string) => {
    process.stdout.write(`${await resetOperatorPassword(email)}\n`);
  });

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
