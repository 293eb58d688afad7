import type { Command } from 'commander';
import type { Cli } from '../console/cli.js';

interface Options {
  readonly all?: true;
  readonly task?: string;
  readonly tenant?: string;
}

export function addJobRetry(jobs: Command, cli: Cli): void {
  jobs
    .command('retry')
    .description('try a dead job again, with all its attempts; or all dead ones that fit')
    .argument('[id]', 'id of a dead job')
    .option('--all', 'every dead job that fits the options')
    .option('--task <name>', 'with --all: only those of this task or listener')
    .option('--tenant <tenant>', 'with --all: only those of this tenant (slug or id)')
    .action(async (id: string | undefined, { all, task, tenant }: Options, command: Command) => {
      if ((id === undefined) !== Boolean(all)) command.error('error: give the id of one job, or --all');
      const retried = await cli.changing(async ({ jobs: known }) => {
        if (id === undefined) return known.retryDead({ task, tenant });
        await known.retry(id);
        return 1;
      });
      cli.terminal.result({ retried }, `${retried} ${retried === 1 ? 'job' : 'jobs'} will be tried again.`);
    });
}
