import { readFile } from 'node:fs/promises';

/** The OS user that Postgres runs as when this process is root, which Postgres refuses to be. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

const NOBODY: Account = { name: 'nobody', uid: 65534, gid: 65534 };

/** @returns the accounts that may serve, best first, or `undefined` when this process is an ordinary user. */
export async function serviceAccounts(): Promise<readonly Account[] | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  return parseServiceAccounts(await readFile('/etc/passwd', 'utf8').catch(() => ''));
}

export function parseServiceAccounts(passwd: string): readonly Account[] {
  const postgres = findAccount(passwd, 'postgres');
  const nobody = findAccount(passwd, 'nobody') ?? NOBODY;
  return postgres === undefined ? [nobody] : [postgres, nobody];
}

/** The name that belongs to a user id, for messages. */
export async function nameOfUser(uid: number): Promise<string> {
  const passwd = await readFile('/etc/passwd', 'utf8').catch(() => '');
  const line = passwd.split('\n').find((entry) => entry.split(':')[2] === String(uid));
  return line?.split(':')[0] ?? `user ${uid}`;
}

function findAccount(passwd: string, name: string): Account | undefined {
  const line = passwd.split('\n').find((entry) => entry.startsWith(`${name}:`));
  const [, , uid, gid] = line?.split(':').map(Number) ?? [];
  // A uid of 0 would be root under another name, which Postgres refuses as well.
  return uid && gid !== undefined && Number.isInteger(gid) ? { name, uid, gid } : undefined;
}
