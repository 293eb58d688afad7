import { Option, type Command } from 'commander';
import type { JobsOf, JobView } from '@tenantry/platform';
import type { Cli } from '../console/cli.js';
import { table } from '../console/table.js';

export function addJobList(jobs: Command, cli: Cli): void {
  jobs
    .command('list')
    .description('jobs that wait, run or are dead, oldest first')
    .addOption(new Option('--status <status>', 'only those in this state').choices(['waiting', 'running', 'dead']))
    .option('--task <name>', 'only those of this task or listener')
    .option('--tenant <tenant>', 'only those of this tenant (slug or id)')
    .action(async (only: JobsOf) => {
      const found = await cli.reading(async (administration) => {
        const all: JobView[] = [];
        for await (const job of administration.jobs.list(only)) all.push(job);
        return all;
      });
      cli.terminal.result(found, tableOf(found));
    });
}

function tableOf(jobs: readonly JobView[]): string {
  return table(
    ['ID', 'TASK', 'STATUS', 'ATTEMPTS', 'TENANT', 'ERROR'],
    jobs.map(({ id, task, status, attempts, maxAttempts, tenantId, error = '' }) => [
      id,
      task,
      status,
      `${attempts}/${maxAttempts}`,
      tenantId,
      error,
    ]),
  );
}
