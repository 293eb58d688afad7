import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import pg from 'pg';
import { inject } from 'vitest';

const root = join(import.meta.dirname, '../..');
/** Number of the advisory lock, in the database that all files share. */
const LOCK = 77_004;

/** Compiles what `npm start` compiles; a no-op when nothing changed. */
export const buildServer = () => build('apps/api', 'apps/cli', 'apps/worker', 'examples/notes', 'examples/orders');

/** Compiles folders, and what they need. One file at a time: two compilers would write the same output. */
export async function build(...folders: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: inject('postgresUrl') });
  await client.connect();
  try {
    await client.query(`SELECT pg_advisory_lock(${LOCK})`);
    run(process.execPath, ['apps/cli/bin/build.mjs', ...folders]);
  } finally {
    await client.end();
  }
}

/** Runs a program in the repository's folder. @throws with what it said */
export function run(program: string, options: string[]): void {
  const { status, stdout, stderr } = spawnSync(program, options, { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${options.join(' ')} failed:\n${stdout}${stderr}`);
}
