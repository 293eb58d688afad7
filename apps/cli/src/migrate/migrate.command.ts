import { migrate, planMigration, type FleetOptions, type StructuredLogger } from '@tenantry/platform';
import type { Command } from 'commander';
import { addLintCommand } from './lint.command.js';
import { fleetOptions, type MigrateFlags } from './fleet-flags.js';
import { printPlan } from './print-plan.js';
import { printReport } from './print-report.js';
import { showProgress } from './show-progress.js';

export interface Surroundings {
  readonly logger: StructuredLogger;
  readonly modules: () => Promise<string[]>;
}

/** What the exit code of `tenantry migrate` says. */
export const EXIT = { done: 0, failed: 1, halted: 2, notBegun: 3, interrupted: 130 } as const;

const print = (line: string) => process.stdout.write(`${line}\n`);

/** `tenantry migrate`: brings every tenant to the newest shape. */
export function addMigrateCommands(program: Command, surroundings: Surroundings): void {
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
    .option('--json', 'a line of JSON for each tenant and one for the whole')
    .addHelpText(
      'after',
      '\nExit codes: 0 all done, 1 some tenants failed, 2 stopped by itself (--halt-at), 3 could not begin, 130 interrupted.',
    )
    .action(async (flags: MigrateFlags) => {
      process.exitCode = EXIT.notBegun;
      const options = fleetOptions(flags);
      process.exitCode = flags.dryRun ? await dryRun(surroundings, flags) : await run(surroundings, flags, options);
    });
  addLintCommand(command, surroundings);
}

async function dryRun({ logger, modules }: Surroundings, { tenant, json }: MigrateFlags): Promise<number> {
  printPlan(await planMigration({ logger, modules: await modules() }, tenant), { json: json ?? false }, print);
  return EXIT.done;
}

async function run({ logger, modules }: Surroundings, { json }: MigrateFlags, options: FleetOptions): Promise<number> {
  const stop = new AbortController();
  const interrupt = () => stop.abort();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, interrupt);
  const progress = json ? undefined : showProgress(process.stderr);
  try {
    const report = await migrate(
      { logger, modules: await modules() },
      {
        ...options,
        signal: stop.signal,
        onProgress: progress?.update,
        onTenant: json ? (outcome) => print(JSON.stringify(outcome)) : undefined,
      },
    );
    progress?.end();
    printReport(report, { json: json ?? false }, print);
    if (report.halted) return EXIT.halted;
    if (stop.signal.aborted && report.failed === 0 && report.behind > 0) return EXIT.interrupted;
    return report.behind > 0 ? EXIT.failed : EXIT.done;
  } finally {
    progress?.end();
  }
}
