import { migrate, type MigrationReport } from '@tenantry/platform';
import type { Command } from 'commander';
import type { Cli } from './console/cli.js';
import { ExitCode } from './console/exit-code.js';

export function addMigrateCommand(program: Command, cli: Cli): void {
  program
    .command('migrate')
    .description('prepare the database and bring every tenant to the newest shape; exits with 1 when a tenant failed')
    .action(async () => {
      const report = await migrate(await cli.options());
      cli.terminal.result(report, describe(report));
      cli.terminal.exitCode = report.failures.length > 0 ? ExitCode.failed : ExitCode.ok;
    });
}

function describe({ migrated, failures }: MigrationReport): string {
  const failed = failures.map(({ slug, reason }) => `\n  ${slug}: ${reason}`).join('');
  return `${migrated} tenants migrated, ${failures.length} failed${failed}`;
}
