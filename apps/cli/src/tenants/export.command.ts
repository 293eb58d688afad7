import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { once } from 'node:events';
import type { Command } from 'commander';
import type { Cli } from '../console/cli.js';

interface Options {
  readonly output?: string;
  readonly gzip?: boolean;
}

export function addTenantExport(tenants: Command, cli: Cli): void {
  tenants
    .command('export')
    .description('write a tenant into an archive, while it goes on serving; changes nothing')
    .argument('<tenant>', 'slug or id')
    .option('--output <file>', 'where to; <tenant>.tar when absent. A file that is there is refused')
    .option('--gzip', 'compress it')
    .action(async (reference: string, { output, gzip = false }: Options) => {
      const file = output ?? `${reference}.tar${gzip ? '.gz' : ''}`;
      const report = await cli.reading((administration) =>
        writeWhole(file, (target) => administration.transfers.export(reference, target, gzip)),
      );
      const { rows, sha256 } = report;
      cli.terminal.result({ file, ...report }, `${file}: ${rows} rows, SHA-256 of the manifest ${sha256}`);
    });
}

/** The file has its name only once it is whole and on disk. */
async function writeWhole<T>(
  file: string,
  produce: (target: ReturnType<typeof createWriteStream>) => Promise<T>,
): Promise<T> {
  const reserved = createWriteStream(file, { flags: 'wx', mode: 0o600 });
  await once(reserved, 'open'); // throws for a file that is there
  reserved.end();
  const part = `${file}.part`;
  try {
    const target = createWriteStream(part, { flags: 'w', mode: 0o600, flush: true });
    const closed = once(target, 'close');
    const result = await produce(target);
    await closed;
    await rename(part, file);
    return result;
  } catch (error) {
    for (const each of [part, file]) await rm(each, { force: true });
    throw error;
  }
}
