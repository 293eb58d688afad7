import { randomBytes } from 'node:crypto';
import { chown, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Account } from '../account/account.js';
import { runProgram } from '../account/run-program.js';
import type { UsableBinaries } from '../binaries/usable-binaries.js';
import { codeOf, EmbeddedPostgresError } from '../embedded-postgres.error.js';
import { withRemedy } from '../server/remedies.js';
import { syncFolder, writeDurably } from './durable-file.js';
import { localeArguments } from './locale-arguments.js';

export interface NewCluster {
  readonly data: string;
  readonly password: string;
  readonly binaries: UsableBinaries;
  readonly account: Account | undefined;
  /** Whether to wait for the disk; without, a power cut may damage the cluster. */
  readonly durable: boolean;
}

/**
 * Makes a cluster under another name and renames it when it is whole. The name is new each time: the
 * initdb of a killed process may still be writing under the old one.
 */
export async function createCluster(cluster: NewCluster): Promise<void> {
  await removeUnfinished(cluster.data);
  const draft = `${cluster.data}.new-${randomBytes(6).toString('hex')}`;
  const passwordFile = `${draft}.password`;
  try {
    await mkdir(draft, { mode: 0o700 });
    if (cluster.account) await chown(draft, cluster.account.uid, cluster.account.gid);
    await writeDurably(passwordFile, `${cluster.password}\n`, cluster.account);
    await initdb(cluster, draft, passwordFile);
    await moveIntoPlace(draft, cluster.data);
  } finally {
    await rm(passwordFile, { force: true });
    await rm(draft, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function initdb({ binaries, account, durable }: NewCluster, draft: string, passwordFile: string): Promise<void> {
  const { code, output } = await runProgram(
    binaries.initdb,
    [
      `--pgdata=${draft}`,
      '--username=postgres',
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      ...localeArguments(binaries.major, process.platform),
      ...(durable ? [] : ['--no-sync']),
    ],
    account,
  );
  if (code !== 0) throw new EmbeddedPostgresError(withRemedy('Postgres could not create its data folder', output));
}

async function moveIntoPlace(draft: string, data: string): Promise<void> {
  await rename(draft, data).catch((error: unknown) => {
    if (codeOf(error) !== 'EBUSY') throw error;
    throw new EmbeddedPostgresError(
      `The data folder ${data} is itself a mount. Mount ${dirname(data)} instead: the password and the log lie beside the data.`,
    );
  });
  await syncFolder(dirname(data));
}

async function removeUnfinished(data: string): Promise<void> {
  const unfinished = `${basename(data)}.new-`;
  for (const name of await readdir(dirname(data))) {
    if (!name.startsWith(unfinished)) continue;
    // A still running initdb may put files in while we remove; what stays is removed next time.
    await rm(join(dirname(data), name), { recursive: true, force: true, maxRetries: 5 }).catch(() => undefined);
  }
}
