import { migrate, planMigration, type FleetOptions } from '@tenantry/platform';
import type { Command } from 'commander';
import type { Cli } from '../console/cli.js';
import { ExitCode } from '../console/exit-code.js';
import { addLintCommand } from './lint.command.js';
import { fleetOptions, type MigrateFlags } from './fleet-flags.js';
import { printPlan } from './print-plan.js';
import { printReport } from './print-report.js';
import { showProgress } from './show-progress.js';

/** `tenantry migrate`: brings every tenant to the newest shape. */
export function addMigrateCommands(program: Command, cli: Cli): void {
  const command = program
    .command('migrate')
    .description('prepare the database and bring every tenant to the newest shape; run again, it does what is left')
    .option('--concurrency <number>', 'tenants at once', '4')
    .option('--waves <sizes>', 'canary waves before the rest: numbers or percents, such as 1,10,5%')
    .option('--halt-at <rate>', 'rate of failures, 0 to 1, at which it stops by itself; 0.2 with waves')
    .option('--tenant <slug>', 'only this tenant; may be repeated', (slug: string, all: string[] = []) => [
      ...all,
      slug,
    ])
    .option('--lock-timeout <ms>', 'how long a statement waits for a table in use before it is tried again', '2000')
    .option('--statement-timeout <ms>', 'how long a statement may take; 0 for as long as it likes', '0')
    .option('--attempts <number>', 'how often a tenant is tried whose tables are in use', '5')
    .option('--dry-run', 'print the SQL and how many tenants it is for; touches no tenant')
    .addHelpText(
      'after',
      '\nWith --json: a line for each tenant and one for the whole. Exit codes: 0 all done, 1 some tenants failed or it could not begin, ' +
        '2 wrong command line, 4 stopped by itself (--halt-at), 130 interrupted.',
    )
    .action(async (flags: MigrateFlags) => {
      const options = fleetOptions(flags);
      cli.terminal.exitCode = flags.dryRun ? await dryRun(cli, flags) : await run(cli, options);
    });
  addLintCommand(command, cli);
}

function printing({ terminal }: Cli): (line: string) => void {
  return (line) => void terminal.out.write(`${line}\n`);
}

async function dryRun(cli: Cli, { tenant }: MigrateFlags): Promise<number> {
  printPlan(await planMigration(await cli.options(), tenant), { json: cli.terminal.isJson }, printing(cli));
  return ExitCode.ok;
}

async function run(cli: Cli, options: FleetOptions): Promise<number> {
  const json = cli.terminal.isJson;
  const print = printing(cli);
  const stop = new AbortController();
  const interrupt = () => {
    stop.abort();
    cli.terminal.note('Interrupted: it ends after the tenants that are under way. Once more ends it at once.');
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, interrupt);
  const progress = json ? undefined : showProgress(process.stderr);
  try {
    const report = await migrate(await cli.options(), {
      ...options,
      signal: stop.signal,
      onProgress: progress?.update,
      onTenant: json ? (outcome) => print(JSON.stringify(outcome)) : undefined,
    });
    progress?.end();
    printReport(report, { json }, print);
    if (report.halted) return ExitCode.halted;
    if (stop.signal.aborted && report.failed === 0 && report.behind > 0) return ExitCode.interrupted;
    return report.behind > 0 ? ExitCode.failed : ExitCode.ok;
  } finally {
    progress?.end();
  }
}
