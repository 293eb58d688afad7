import type { Command } from 'commander';
import type { Cli } from '../console/cli.js';
import { addJobDelete } from './delete.command.js';
import { addJobList } from './list.command.js';
import { addJobRetry } from './retry.command.js';

/** `tenantry jobs ...`: what waits, runs or is dead in the background. */
export function addJobCommands(program: Command, cli: Cli): void {
  const jobs = program.command('jobs').description('about what is done in the background');
  addJobList(jobs, cli);
  addJobRetry(jobs, cli);
  addJobDelete(jobs, cli);
}
