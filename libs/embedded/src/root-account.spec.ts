import { chmod, chown, mkdir, readlink, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { serviceAccounts } from './account/account.js';
import { findPlatformPackage } from './binaries/platform-package.js';
import { packagedBinaries } from './binaries/usable-binaries.js';
import { copyTree } from './binaries/copy-tree.js';
import { clusterPaths } from './cluster/cluster-paths.js';
import { query } from './testing/query.spec.support.js';
import { Scratch } from './testing/scratch.spec.support.js';
import { StarterProcess } from './testing/starter-process.spec.support.js';
import { writeStarterScript } from './testing/starter-script.spec.support.js';

describe.runIf(process.getuid?.() === 0)('for root, Postgres', () => {
  let scratch: Scratch;
  const serviceUid = async (): Promise<number | undefined> => (await serviceAccounts())?.[0]?.uid;

  beforeEach(async () => (scratch = await Scratch.make()));
  afterEach(() => scratch.clean('pg', 'closed/pg', 'closed/empty'));

  it('runs as a service account that owns the data folder and nothing above it', async () => {
    const { stop } = await scratch.start();
    expect((await stat(scratch.path('pg'))).uid).toBe(await serviceUid());
    expect((await stat(scratch.folder)).uid).toBe(0);
    expect((await stat(scratch.path('pg.password'))).uid).toBe(0);
    await stop();
  });

  it('keeps the data elsewhere when its account cannot reach the folder', async () => {
    await mkdir(scratch.path('closed'), { mode: 0o700 });
    const lines: string[] = [];
    const first = await scratch.start('closed/pg', { log: (line) => lines.push(line) });
    const { refuge } = await clusterPaths(scratch.path('closed/pg'));
    expect(await readlink(scratch.path('closed/pg'))).toBe(refuge);
    expect(lines).toEqual([expect.stringMatching(/cannot reach .*closed\/pg: the data are in \/var\/lib\/tenantry\//)]);
    expect((await stat(scratch.path('closed'))).mode & 0o777).toBe(0o700);
    expect(await readFile(scratch.path('closed/pg.log'), 'utf8')).toContain('ready to accept connections');
    await query(first.url, 'create table kept (id int)');
    await first.stop();

    const second = await scratch.start('closed/pg');
    expect(second.created).toBe(false);
    expect(await query(second.url, 'select count(*)::int as n from kept')).toEqual([{ n: 0 }]);
    await second.stop();

    // As if the first start had been killed before it made the link.
    await rm(scratch.path('closed/pg'));
    const third = await scratch.start('closed/pg');
    expect(third).toMatchObject({ created: false, dataDir: scratch.path('closed/pg') });
    await third.stop();
  });

  it('runs from a copy when its account cannot reach the binaries', async () => {
    const account = (await serviceAccounts())?.[0];
    const pkg = await findPlatformPackage();
    await mkdir(scratch.path('closed'), { mode: 0o700 });
    await mkdir(scratch.path('closed/package'));
    await copyTree(`${pkg.root}/native`, scratch.path('closed/package/native'));
    const lines: string[] = [];
    const hidden = { ...pkg, root: scratch.path('closed/package') };
    const copied = await packagedBinaries(hidden, account, scratch.path('home'), (line) => lines.push(line));
    expect(copied).toMatchObject({ pgCtl: scratch.path(`home/${pkg.version}/bin/pg_ctl`), major: 18 });
    await packagedBinaries(hidden, account, scratch.path('home'), (line) => lines.push(line));
    expect(lines).toHaveLength(1);
    const { created, stop } = await scratch.start('pg', { binDir: dirname(copied.pgCtl) });
    expect(created).toBe(true);
    await stop();
  });

  it('refuses a cluster that belongs to an ordinary user', async () => {
    await (await scratch.start()).stop();
    await chown(scratch.path('pg'), 54_321, 54_321);
    await expect(scratch.start()).rejects.toThrow(/belongs to the OS user user 54321.*chown -R (postgres|nobody)/);
  });

  it('leaves its cluster to nobody else', async () => {
    await (await scratch.start()).stop();
    const starter = await StarterProcess.launch(await writeStarterScript(scratch.folder), scratch.path('pg'), {
      uid: 54_321,
      gid: 54_321,
    });
    const { error } = await starter.report;
    await starter.stop();
    expect(error).toMatch(/belongs to the OS user (postgres|nobody), and this process runs as user 54321/);
  });

  it('is given no file that lies behind a link in place of its log', async () => {
    await writeFile(scratch.path('treasure'), 'gold');
    await symlink(scratch.path('treasure'), scratch.path('pg.log'));
    await expect(scratch.start()).rejects.toThrow(/ELOOP/);
    expect((await stat(scratch.path('treasure'))).uid).toBe(0);
  });

  it('is not started where a folder above its cluster was closed later', async () => {
    await mkdir(scratch.path('closed'));
    await (await scratch.start('closed/pg')).stop();
    await chmod(scratch.path('closed'), 0o700);
    await expect(scratch.start('closed/pg')).rejects.toThrow(/cannot reach .*closed\/pg. Move the data folder/);
  });
});
