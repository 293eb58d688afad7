import { spawn } from 'node:child_process';
import { mkdir, readdir, readFile, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chooseAccount } from './cluster/choose-account.js';
import type { EmbeddedPostgres } from './embedded-postgres.options.js';
import { query } from './testing/query.spec.support.js';
import { Scratch } from './testing/scratch.spec.support.js';
import { waitUntil } from './testing/wait-until.spec.support.js';

describe('after a crash, Postgres', () => {
  let scratch: Scratch;
  let crashed: EmbeddedPostgres;
  const pidFile = (): string => scratch.path('pg/postmaster.pid');

  beforeAll(async () => {
    scratch = await Scratch.make();
    await mkdir(scratch.path('pg.new-0123'));
    await writeFile(scratch.path('pg.new-0123/PG_VERSION'), '18\n');
    await writeFile(scratch.path('pg.new-0123.password'), 'left behind');
    crashed = await scratch.start();
    await query(crashed.url, 'create table kept (id int)');
  });
  afterAll(() => scratch.clean());

  it('is made anew when initdb was killed halfway, and leaves nothing of it', async () => {
    expect(crashed.created).toBe(true);
    expect((await readdir(scratch.folder)).toSorted()).toEqual(['pg', 'pg.log', 'pg.password', 'pg.users']);
  });

  it('recovers by itself when it was killed', async () => {
    await crashed.kill();
    expect(await readFile(pidFile(), 'utf8')).not.toBe('');
    const again = await scratch.start();
    expect(again).toMatchObject({ adopted: false, created: false });
    expect(await query(again.url, 'select count(*)::int as n from kept')).toEqual([{ n: 0 }]);
    await Promise.all([crashed.stop(), again.stop()]);
  });

  it('waits for a backend that outlived it', async () => {
    const killed = await scratch.start();
    const busy = query(killed.url, 'do $$ begin for i in 1..50000000 loop end loop; end $$').catch(() => 'broken off');
    await waitUntil('the backend is busy', async () => {
      const rows = await query(
        killed.url,
        `select 1 from pg_stat_activity where state = 'active' and query like 'do%'`,
      );
      return rows.length === 1;
    });
    await killed.kill();
    const again = await scratch.start();
    await query(again.url, 'select 1');
    await Promise.all([killed.stop(), again.stop(), busy]);
  });

  it('is started again by whoever asked for that, on its port, and stays stopped once all have left', async () => {
    const lines: string[] = [];
    const options = { revive: true, log: (line: string) => void lines.push(line) };
    const [one, other] = [await scratch.start('pg', options), await scratch.start('pg', options)];
    const answers = (): Promise<boolean> =>
      query(one.url, 'select 1').then(
        () => true,
        () => false,
      );
    for (let round = 1; round <= 2; round += 1) {
      await one.kill();
      await waitUntil('it is told', () => lines.length === round);
      expect(await answers()).toBe(true);
    }
    expect(new Set(lines)).toEqual(new Set([`Postgres had died; it was started again on port ${one.port}.`]));
    await one.stop();
    await other.kill();
    await waitUntil('the one that is left has started it', answers);
    await other.stop();
    expect(await answers()).toBe(false);
  });

  it('starts though another process of its user has got its process id', async () => {
    const account = await chooseAccount(scratch.path('pg'));
    const stranger = spawn('sleep', ['60'], { cwd: '/', ...(account && { uid: account.uid, gid: account.gid }) });
    try {
      const killed = await scratch.start();
      await killed.kill();
      const stale = await readFile(pidFile(), 'utf8');
      await writeFile(pidFile(), stale.replace(/^\d+/, String(stranger.pid)));
      await killed.stop();
      expect(stranger.exitCode ?? stranger.signalCode).toBeNull();
      const again = await scratch.start();
      expect(again.adopted).toBe(false);
      await query(again.url, 'select 1');
      await again.stop();
      expect(stranger.exitCode ?? stranger.signalCode).toBeNull();
    } finally {
      stranger.kill();
    }
  });

  it('starts though a power cut left its pid file empty', async () => {
    await writeFile(pidFile(), '');
    const again = await scratch.start();
    await query(again.url, 'select 1');
    await again.stop();
  });

  it('begins its log anew when that has grown over 10 MB', async () => {
    await truncate(scratch.path('pg.log'), 11 * 1024 * 1024);
    await (await scratch.start()).stop();
    expect((await stat(scratch.path('pg.log'))).size).toBeLessThan(100_000);
  });
});

describe('a folder that is not ours to use', () => {
  let scratch: Scratch;
  beforeAll(async () => (scratch = await Scratch.make()));
  afterAll(() => scratch.clean('files', 'other', 'orphan', 'dangling'));

  it('is refused when it holds files but no cluster', async () => {
    await mkdir(scratch.path('files'));
    await writeFile(scratch.path('files/diary.txt'), 'dear diary');
    await expect(scratch.start('files')).rejects.toThrow(/no Postgres cluster .* left alone/);
    expect(await readdir(scratch.path('files'))).toEqual(['diary.txt']);
  });

  it('is refused when it is a link to nothing', async () => {
    await symlink('/nowhere/at/all', scratch.path('dangling'));
    await expect(scratch.start('dangling')).rejects.toThrow(/a link to a folder that is gone/);
  });

  it('is refused when the password of its cluster is gone', async () => {
    await (await scratch.start('orphan')).stop();
    await rm(scratch.path('orphan.password'));
    await expect(scratch.start('orphan')).rejects.toThrow(/orphan.password, is gone. Put that file back/);
    await expect(stat(scratch.path('orphan.password'))).rejects.toThrow(/ENOENT/);
  });
});
