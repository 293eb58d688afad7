import type { Account } from '../account/account.js';
import { type Outcome, runProgram } from '../account/run-program.js';
import type { Binaries } from './binaries.js';

/** Either the major version of the binaries or, when this account cannot run them, what went wrong. */
export type VersionCheck = { readonly major: number } | { readonly failure: string };

/** Runs `postgres --version` as the account: proof that it can reach it and that its libraries load. */
export async function checkVersion(binaries: Binaries, account: Account | undefined): Promise<VersionCheck> {
  const { code, output }: Outcome = await runProgram(binaries.postgres, ['--version'], account);
  const major = /\(PostgreSQL\) (\d+)/.exec(output)?.[1];
  return code === 0 && major !== undefined
    ? { major: Number(major) }
    : { failure: output.trim() || `exit code ${code}` };
}
