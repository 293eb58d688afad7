import { chmod, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkVersion } from './binaries-version.js';
import { completePackage } from './complete-package.js';
import { copyTree } from './copy-tree.js';
import { findPlatformPackage, type PlatformPackage } from './platform-package.js';

describe('a package whose postinstall script did not run', () => {
  let pkg: PlatformPackage;

  beforeEach(async () => {
    const installed = await findPlatformPackage();
    pkg = { ...installed, root: await mkdtemp(join(tmpdir(), 'tenantry-package-')) };
    await mkdir(pkg.root, { recursive: true });
    await copyTree(join(installed.root, 'native'), join(pkg.root, 'native'));
    const lib = join(pkg.root, 'native', 'lib');
    for (const entry of await readdir(lib, { withFileTypes: true })) {
      if (entry.isSymbolicLink()) await rm(join(lib, entry.name));
    }
  });
  afterEach(() => rm(pkg.root, { recursive: true }));

  it('is completed with its links and modes', async () => {
    const bin = join(pkg.root, 'native', 'bin');
    for (const name of await readdir(bin)) await chmod(join(bin, name), 0o644);
    const binaries = await completePackage(pkg);
    expect(await checkVersion(binaries, undefined)).toEqual({ major: 18 });
  });

  it('is completed once by several at the same time', async () => {
    const all = await Promise.all([completePackage(pkg), completePackage(pkg), completePackage(pkg)]);
    expect(await checkVersion(all[0], undefined)).toEqual({ major: 18 });
  });
});
