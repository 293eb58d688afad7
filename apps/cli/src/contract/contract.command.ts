import { servedContract, type ServedContract, type StructuredLogger } from '@tenantry/platform';
import type { Command } from 'commander';
import { changelog } from './breaking-changes.js';
import { ContractFiles } from './contract-files.js';
import { check, freeze } from './frozen-contracts.js';

interface Surroundings {
  readonly logger: StructuredLogger;
  readonly modules: () => Promise<string[]>;
}

const print = (text: string) => process.stdout.write(`${text}\n`);

/** `tenantry contract check | freeze | diff`: what is promised to callers of released versions. */
export function addContractCommands(program: Command, { logger, modules }: Surroundings): void {
  const served = async () => servedContract(await modules(), logger);
  const contract = program.command('contract').description('about the released versions of the HTTP contract');
  const folder = ['--folder <folder>', 'where the frozen contracts lie', 'contracts'] as const;
  contract
    .command('freeze')
    .description('write contracts/<version>.json of every version that has none; a written one is never changed')
    .option(...folder)
    .action(async (options: { folder: string }) =>
      freeze((await served()).documents, new ContractFiles(options.folder), print),
    );
  contract
    .command('check')
    .description('compare every frozen contract with what is served; exits with 1 when a caller would break')
    .option(...folder)
    .action(async (options: { folder: string }) => {
      const faults = await check((await served()).documents, new ContractFiles(options.folder), print);
      process.exitCode = faults > 0 ? 1 : 0;
    });
  contract
    .command('diff')
    .description('what differs between two served versions')
    .argument('<from>')
    .argument('<to>')
    .action(async (from: string, to: string) => diff(await served(), from, to));
}

async function diff({ documents, changes }: ServedContract, from: string, to: string): Promise<void> {
  const [base, revision] = [documents.get(from), documents.get(to)];
  if (!base || !revision) throw new Error(`There are ${[...documents.keys()].join(', ')}.`);
  for (const { module, change } of changes) {
    if (change.date > from && change.date <= to) print(`${change.date} ${module}: ${change.description}`);
  }
  print((await changelog(base, revision)).trim());
}
