import { mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type Binaries, binariesIn } from './binaries.js';
import { copyTree } from './copy-tree.js';
import { makePublicFolder } from '../state/public-folder.js';

/** A copy of an installation; `fresh` when it was made just now. */
export interface PublishedBinaries {
  readonly binaries: Binaries;
  readonly fresh: boolean;
}

/** Copies `native/` of a package to `<home>/<version>`, whole or not at all, unless it is there. */
export async function publishBinaries(native: string, version: string, home: string): Promise<PublishedBinaries> {
  const target = join(home, version);
  const fresh = (await stat(target).catch(() => undefined)) === undefined;
  if (fresh) await copyInto(native, target, home);
  return { binaries: binariesIn(join(target, 'bin')), fresh };
}

async function copyInto(native: string, target: string, home: string): Promise<void> {
  await makePublicFolder(home);
  const work = await mkdtemp(join(home, `.${basename(target)}-`));
  try {
    await copyTree(native, join(work, 'native'));
    await rename(join(work, 'native'), target).catch(async (error: unknown) => {
      // Another process was faster, and its copy is as good.
      if ((await stat(target).catch(() => undefined)) === undefined) throw error;
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
