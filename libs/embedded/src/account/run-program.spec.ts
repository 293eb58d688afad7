import { describe, expect, it } from 'vitest';
import { readFile } from 'node:fs/promises';
import { Scratch } from '../testing/scratch.spec.support.js';
import { runProgram } from './run-program.js';

/** Runs a script of the shell that notes each of its runs, and can ask how many they are by now. */
async function runs(script: string): Promise<{ code: number | null; output: string; runs: number }> {
  const scratch = await Scratch.make();
  const notes = scratch.path('runs');
  const noted = `echo x >>"$1"; runs=$(grep -c x "$1"); ${script}`;
  const outcome = await runProgram('/bin/sh', ['-c', noted, 'sh', notes], undefined);
  const count = (await readFile(notes, 'utf8')).split('x').length - 1;
  await scratch.clean();
  return { ...outcome, runs: count };
}

describe.skipIf(process.platform === 'win32')('a program that is ended by a signal to the group of its parent', () => {
  it.each(['INT', 'TERM', 'HUP'])('(SIG%s) before it did anything is run again', async (signal) => {
    const outcome = await runs(`[ "$runs" = 3 ] || kill -${signal} $$; echo done`);
    expect(outcome).toEqual({ code: 0, output: 'done\n', runs: 3 });
  });

  it('is given up when that does not stop', async () => {
    expect(await runs('kill -INT $$')).toEqual({ code: null, output: '\n(ended by SIGINT)', runs: 5 });
  });

  it('while it was at work is not run again', async () => {
    const outcome = await runs('echo begun; kill -INT $$');
    expect(outcome).toEqual({ code: null, output: 'begun\n\n(ended by SIGINT)', runs: 1 });
  });

  it('is not run again after any other signal', async () => {
    expect(await runs('kill -KILL $$')).toEqual({ code: null, output: '\n(ended by SIGKILL)', runs: 1 });
  });
});

it('a program that is not there says so', async () => {
  const { code, output } = await runProgram('/no/such/program', [], undefined);
  expect([code, output]).toEqual([null, expect.stringContaining('ENOENT')]);
});
