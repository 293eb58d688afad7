import type { Account } from './account.js';
import { runProgram } from './run-program.js';

/**
 * Whether the account can walk into the folder. Tried rather than computed: modes, ACLs and mounts all
 * have a say. The shell does it because Node itself may lie in a folder closed to the account.
 */
export async function canEnter(folder: string, account: Account | undefined): Promise<boolean> {
  if (account === undefined) return true;
  const { code } = await runProgram('/bin/sh', ['-c', 'cd -- "$1"', 'sh', folder], account);
  return code === 0;
}
