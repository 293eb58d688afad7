import { lintMigrations, type LintFinding } from '@tenantry/platform';
import type { Command } from 'commander';
import type { Cli } from '../console/cli.js';
import { ExitCode } from '../console/exit-code.js';

/** `tenantry migrate lint`: which migrations lock tables or take something away too early. */
export function addLintCommand(migrate: Command, cli: Cli): void {
  migrate
    .command('lint')
    .description(
      'replay all tenant migrations in a schema that is thrown away; exits with 3 for what the release before uses',
    )
    .option('--module <name>', 'only migrations of this module')
    .action(async ({ module }: { module?: string }) => {
      const all = await lintMigrations(await cli.options());
      const findings = all.filter(({ migration }) => !module || migration.startsWith(`${module}/`));
      const errors = findings.filter(({ level }) => level === 'error').length;
      const lines = [...findings.map(describe), `${errors} errors, ${findings.length - errors} warnings`];
      cli.terminal.result(findings, lines.join('\n'));
      cli.terminal.exitCode = errors > 0 ? ExitCode.findings : ExitCode.ok;
    });
}

function describe({ level, migration, rule, subject, message }: LintFinding): string {
  return `${level} ${migration}: ${rule} ${subject}: ${message}`;
}
