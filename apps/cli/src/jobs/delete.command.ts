import type { Command } from 'commander';
import type { Cli } from '../console/cli.js';

export function addJobDelete(jobs: Command, cli: Cli): void {
  jobs
    .command('delete')
    .description('give a job up that does not run')
    .argument('<id>', 'id of the job')
    .action(async (id: string) => {
      await cli.changing(({ jobs: known }) => known.remove(id));
      cli.terminal.result({ deleted: id }, `Job ${id} is given up.`);
    });
}
