import { lintMigrations } from '@tenantry/platform';
import type { Command } from 'commander';
import type { Surroundings } from './migrate.command.js';

const print = (line: string) => process.stdout.write(`${line}\n`);

/** `tenantry migrate lint`: which migrations lock tables or take something away too early. */
export function addLintCommand(migrate: Command, { logger, modules }: Surroundings): void {
  migrate
    .command('lint')
    .description(
      'replay all tenant migrations in a schema that is thrown away; exits with 1 for what the release before uses',
    )
    .option('--module <name>', 'only migrations of this module')
    .action(async ({ module }: { module?: string }, command: Command) => {
      const json = Boolean(command.optsWithGlobals<{ json?: boolean }>().json);
      const all = await lintMigrations({ logger, modules: await modules() });
      const findings = all.filter(({ migration }) => !module || migration.startsWith(`${module}/`));
      for (const finding of findings) {
        const { level, migration, rule, subject, message } = finding;
        print(json ? JSON.stringify(finding) : `${level} ${migration}: ${rule} ${subject}: ${message}`);
      }
      const errors = findings.filter(({ level }) => level === 'error').length;
      if (!json) print(`${errors} errors, ${findings.length - errors} warnings`);
      process.exitCode = errors > 0 ? 1 : 0;
    });
}
