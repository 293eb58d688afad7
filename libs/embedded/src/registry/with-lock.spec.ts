import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ownIdentity } from './process-identity.js';
import { withLock } from './with-lock.js';

describe('the lock', () => {
  let folder: string;
  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'tenantry-lock-'))));
  afterEach(() => rm(folder, { recursive: true }));

  it('lets one work at a time', async () => {
    let working = 0;
    let most = 0;
    let done = 0;
    const work = async (): Promise<void> => {
      most = Math.max(most, ++working);
      for (let turn = 0; turn < 20; turn++) await nextTurn();
      working--;
      done++;
    };
    await Promise.all(Array.from({ length: 6 }, () => withLock(folder, work)));
    expect({ most, done, left: await readdir(folder) }).toEqual({ most: 1, done: 6, left: [] });
  });

  it('is free again when the work has failed', async () => {
    await expect(withLock(folder, () => Promise.reject(new Error('no luck')))).rejects.toThrow('no luck');
    expect(await withLock(folder, () => Promise.resolve('luck'))).toBe('luck');
  });

  it('is not held by a process that died with it', async () => {
    const [pid, , boot] = (await ownIdentity()).split('-');
    await writeFile(join(folder, `lock.${pid}-1-${boot}.abc`), '');
    expect(await withLock(folder, () => Promise.resolve('free'))).toBe('free');
    expect(await readdir(folder)).toEqual([]);
  });
});
