import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { isAlive, ownIdentity } from './process-identity.js';

describe('the identity of a process', () => {
  it('is alive as long as the process is', async () => {
    expect(await isAlive(await ownIdentity())).toBe(true);
    const child = spawn(process.execPath, ['-e', '']);
    await once(child, 'exit');
    expect(await isAlive((await ownIdentity()).replace(String(process.pid), String(child.pid)))).toBe(false);
  });

  it.runIf(existsSync('/proc/self/stat'))('is not taken for that of a later process with the same number', async () => {
    const [pid, start, boot] = (await ownIdentity()).split('-');
    expect(await isAlive(`${pid}-${Number(start) - 1}-${boot}`)).toBe(false);
    expect(await isAlive(`${pid}-${start}-anotherboot`)).toBe(false);
  });

  it.each(['', 'x-y-z', '-1-0-0', '0-0-0'])('is dead when it is none: %j', async (identity) => {
    expect(await isAlive(identity)).toBe(false);
  });
});
