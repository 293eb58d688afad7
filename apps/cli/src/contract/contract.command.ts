import { servedContract, type ServedContract } from '@tenantry/platform';
import type { Command } from 'commander';
import type { Cli } from '../console/cli.js';
import { ExitCode } from '../console/exit-code.js';
import { changelog } from './breaking-changes.js';
import { ContractFiles } from './contract-files.js';
import { check, freeze } from './frozen-contracts.js';

/** `tenantry contract check | freeze | diff`: what is promised to callers of released versions. */
export function addContractCommands(program: Command, cli: Cli): void {
  const served = async () => servedContract((await cli.options()).modules ?? [], cli.logger);
  const give = (lines: readonly string[]) => cli.terminal.result({ lines }, lines.join('\n'));
  const contract = program.command('contract').description('about the released versions of the HTTP contract');
  const folder = ['--folder <folder>', 'where the frozen contracts lie', 'contracts'] as const;
  contract
    .command('freeze')
    .description('write contracts/<version>.json of every version that has none; a written one is never changed')
    .option(...folder)
    .action(async (options: { folder: string }) => {
      const lines: string[] = [];
      await freeze((await served()).documents, new ContractFiles(options.folder), (line) => lines.push(line));
      give(lines);
    });
  contract
    .command('check')
    .description('compare every frozen contract with what is served; exits with 1 when a caller would break')
    .option(...folder)
    .action(async (options: { folder: string }) => {
      const lines: string[] = [];
      const { documents } = await served();
      const faults = await check(documents, new ContractFiles(options.folder), (line) => lines.push(line));
      give(lines);
      cli.terminal.exitCode = faults > 0 ? ExitCode.failed : ExitCode.ok;
    });
  contract
    .command('diff')
    .description('what differs between two served versions')
    .argument('<from>')
    .argument('<to>')
    .action(async (from: string, to: string) => give(await difference(await served(), from, to)));
}

async function difference({ documents, changes }: ServedContract, from: string, to: string): Promise<string[]> {
  const [base, revision] = [documents.get(from), documents.get(to)];
  if (!base || !revision) throw new Error(`There are ${[...documents.keys()].join(', ')}.`);
  const between = changes.filter(({ change }) => change.date > from && change.date <= to);
  return [
    ...between.map(({ module, change }) => `${change.date} ${module}: ${change.description}`),
    (await changelog(base, revision)).trim(),
  ];
}
