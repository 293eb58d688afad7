import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createWriteStream } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { parseSettings } from '@tenantry/kernel';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ArchiveFolder } from './archive-folder.js';

let path: string;
let folder: ArchiveFolder;

beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'tenantry-folder-'));
  folder = new ArchiveFolder(parseSettings({ TENANTRY_EXPORT_DIR: path }));
});

afterEach(() => rm(path, { recursive: true }));

describe('a file that is being written', () => {
  it('has no name before it is whole', async () => {
    await folder.write('acme.tar', async (target) => {
      target.end('content');
      await once(target, 'finish');
      expect(await readdir(path)).not.toContain('acme.tar');
    });
    expect(await readdir(path)).toEqual(['acme.tar']);
    expect(await folder.size('acme.tar')).toBe(7);
  });

  it('leaves nothing when what it is made of fails', async () => {
    const failing = folder.write('acme.tar', (target) => {
      target.write('half');
      return Promise.reject(new Error('on purpose'));
    });
    await expect(failing).rejects.toThrow('on purpose');
    expect(await readdir(path)).toEqual([]);
  });

  it('on a full disk says so and leaves nothing', async () => {
    const failing = folder.write('acme.tar', async () => {
      const full = createWriteStream('/dev/full');
      full.end(Buffer.alloc(1024));
      await once(full, 'finish');
    });
    await expect(failing).rejects.toMatchObject({ code: 'ARCHIVE_STORAGE_FULL', status: 507 });
    expect(await readdir(path)).toEqual([]);
  });
});

it('a file that is gone is told as gone', async () => {
  await expect(folder.read('none.tar')).rejects.toMatchObject({ code: 'ARCHIVE_GONE' });
});
