import { stat } from 'node:fs/promises';
import { type Account, nameOfUser, serviceAccounts } from '../account/account.js';
import { codeOf, EmbeddedPostgresError } from '../embedded-postgres.error.js';
import { inspectFolder } from './inspect-folder.js';

/**
 * The account for Postgres: `undefined` (ourselves) for an ordinary user. For root it is the service
 * account that owns the cluster, else the best one. Postgres insists on owning its data folder.
 */
export async function chooseAccount(dataDir: string): Promise<Account | undefined> {
  const accounts = await serviceAccounts();
  const owner = await ownerOfCluster(dataDir);
  if (accounts === undefined) {
    if (owner !== undefined && owner !== process.getuid?.()) throw await notOurs(dataDir, owner);
    return undefined;
  }
  const fitting = owner === undefined ? accounts[0] : accounts.find((account) => account.uid === owner);
  if (fitting === undefined) throw await notOfService(dataDir, owner ?? 0, accounts[0]);
  return fitting;
}

/** An absent or empty folder has no owner that matters yet, nor has one on Windows. */
async function ownerOfCluster(dataDir: string): Promise<number | undefined> {
  if (process.getuid === undefined) return undefined;
  const cluster = await inspectFolder(dataDir).then(
    ({ kind }) => kind === 'cluster',
    (error: unknown) => {
      if (codeOf(error) === 'EACCES') return true; // closed to all but its owner, as Postgres makes it
      throw error;
    },
  );
  return cluster ? (await stat(dataDir)).uid : undefined;
}

async function notOurs(dataDir: string, owner: number): Promise<EmbeddedPostgresError> {
  const [name, me] = await Promise.all([nameOfUser(owner), nameOfUser(process.getuid?.() ?? 0)]);
  return new EmbeddedPostgresError(
    `The data folder ${dataDir} belongs to the OS user ${name}, and this process runs as ${me}. ` +
      `Start as ${name} (as root, when it was made by root); or stop Postgres there and, as root, ` +
      `hand over the folder and the files beside it: chown -R ${me} ${dataDir} ${dataDir}.*`,
  );
}

async function notOfService(
  dataDir: string,
  owner: number,
  account: Account | undefined,
): Promise<EmbeddedPostgresError> {
  const name = await nameOfUser(owner);
  const service = account?.name ?? '';
  return new EmbeddedPostgresError(
    `The data folder ${dataDir} belongs to the OS user ${name}. This process is root, for which Postgres runs as ${service}. ` +
      `${name === 'root' ? 'H' : `Start as ${name}; or stop Postgres there and h`}and the folder over: chown -R ${service} ${dataDir}`,
  );
}
