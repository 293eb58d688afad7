import { join } from 'node:path';
import type { Account } from '../account/account.js';
import { EmbeddedPostgresError } from '../embedded-postgres.error.js';
import { STATE_HOME } from '../state/state-home.js';
import { type Binaries, binariesIn } from './binaries.js';
import { checkVersion } from './binaries-version.js';
import { completePackage } from './complete-package.js';
import { findPlatformPackage, type PlatformPackage } from './platform-package.js';
import { publishBinaries } from './publish-binaries.js';

/** Binaries that were seen to run as the account that will run them. */
export interface UsableBinaries extends Binaries {
  readonly major: number;
}

export async function usableBinaries(
  binDir: string | undefined,
  account: Account | undefined,
  log: (line: string) => void,
): Promise<UsableBinaries> {
  if (binDir !== undefined) return required(binariesIn(binDir), account);
  const pkg = await findPlatformPackage();
  return packagedBinaries(pkg, account, STATE_HOME, log);
}

/** The package's binaries, or a copy of them under `home` when the account cannot reach the package. */
export async function packagedBinaries(
  pkg: PlatformPackage,
  account: Account | undefined,
  home: string,
  log: (line: string) => void,
): Promise<UsableBinaries> {
  const packaged = await completePackage(pkg);
  const direct = await checkVersion(packaged, account);
  if ('major' in direct) return { ...packaged, ...direct };
  // Does it fail for everybody, or only for the service account?
  await required(packaged, undefined);
  const { binaries, fresh } = await publishBinaries(join(pkg.root, 'native'), pkg.version, home);
  if (fresh) {
    const place = join(home, pkg.version);
    log(`The OS user ${account?.name ?? ''} cannot reach ${pkg.root}: it runs a copy of Postgres in ${place}.`);
  }
  return required(binaries, account);
}

async function required(binaries: Binaries, account: Account | undefined): Promise<UsableBinaries> {
  const version = await checkVersion(binaries, account);
  if ('major' in version) return { ...binaries, ...version };
  const who = account === undefined ? '' : ` as the OS user ${account.name}`;
  throw new EmbeddedPostgresError(
    `Postgres does not run on this machine${who}: ${binaries.postgres}: ${version.failure}\n` +
      'The binaries from npm need glibc (not Alpine) and every folder above them must be open to that user. ' +
      'Otherwise install Postgres and pass its bin folder (binDir), or give a DATABASE_URL.',
  );
}
