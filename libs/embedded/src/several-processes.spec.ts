import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readdir, rm } from 'node:fs/promises';
import { isPostmaster, readPidFile } from './server/postmaster.js';
import { query } from './testing/query.spec.support.js';
import { Scratch } from './testing/scratch.spec.support.js';
import { StarterProcess } from './testing/starter-process.spec.support.js';
import { writeStarterScript } from './testing/starter-script.spec.support.js';
import { waitUntil } from './testing/wait-until.spec.support.js';

describe('processes on one data folder', () => {
  let compiled: Scratch;
  let script: string;
  let scratch: Scratch;
  let processes: StarterProcess[];

  const launch = async (): Promise<StarterProcess> => {
    const starter = await StarterProcess.launch(script, scratch.path('pg'));
    processes.push(starter);
    return starter;
  };
  const postmaster = async (): Promise<number | undefined> => {
    const pid = (await readPidFile(scratch.path('pg')))?.pid;
    return pid !== undefined && (await isPostmaster(pid, scratch.path('pg'))) ? pid : undefined;
  };

  const initdbAtWork = (): Promise<void> =>
    waitUntil('initdb is at work', async () =>
      (await readdir(scratch.folder)).some((name) => /^pg\.new-\w+$/.test(name)),
    );

  beforeAll(async () => {
    compiled = await Scratch.make();
    script = await writeStarterScript(compiled.folder);
  });
  afterAll(() => compiled.clean());
  beforeEach(async () => {
    scratch = await Scratch.make();
    processes = [];
  });
  afterEach(async () => {
    for (const starter of processes) await starter.kill();
    await scratch.clean();
  });

  it('may start at the same moment on an empty place: one makes it, all use it, the last stops it', async () => {
    const starters = await Promise.all([launch(), launch(), launch()]);
    const reports = await Promise.all(starters.map((starter) => starter.report));
    expect(reports.map((report) => report.error)).toEqual([undefined, undefined, undefined]);
    expect(reports.filter((report) => report.created)).toHaveLength(1);
    expect(reports.filter((report) => report.adopted)).toHaveLength(2);
    expect(new Set(reports.map((report) => report.url)).size).toBe(1);
    const [one, two, three] = starters;
    await one?.stop();
    await two?.stop();
    expect(await query(reports[0]?.url ?? '', 'select 1 as n')).toEqual([{ n: 1 }]);
    await three?.stop();
    expect(await postmaster()).toBeUndefined();
    expect(await readdir(scratch.path('pg.users'))).toEqual([]);
  });

  it('find the server again that a process killed with SIGKILL has left, and stop it', async () => {
    const starter = await launch();
    const { url } = await starter.report;
    await starter.kill();
    const heir = await scratch.start();
    expect(heir).toMatchObject({ adopted: true, created: false, url });
    await query(heir.url, 'select 1');
    await heir.stop();
    expect(await postmaster()).toBeUndefined();
  });

  it('get over one that was killed while it made the cluster', async () => {
    const starter = await launch();
    await initdbAtWork();
    await starter.kill();
    const heir = await scratch.start();
    expect(heir).toMatchObject({ adopted: false, created: true });
    await query(heir.url, 'select 1');
    await heir.stop();
  });

  it('go on when Ctrl-C interrupts their process group while they make the cluster', async () => {
    const starter = await launch();
    await initdbAtWork();
    starter.interrupt();
    await starter.interrupted;
    expect(await starter.report).toMatchObject({ created: true, adopted: false });
    await starter.stop();
    expect(await postmaster()).toBeUndefined();
  });

  it('keep Postgres alive when Ctrl-C interrupts their process group', async () => {
    const starter = await launch();
    const { url } = await starter.report;
    starter.interrupt();
    await starter.interrupted;
    expect(await query(url ?? '', 'select 1 as n')).toEqual([{ n: 1 }]);
    await starter.stop();
    expect(await postmaster()).toBeUndefined();
  });

  it('stop in peace when somebody has removed everything under them', async () => {
    const handle = await scratch.start();
    const pid = await postmaster();
    await handle.kill();
    expect(pid).toBeGreaterThan(0);
    await rm(scratch.path('pg'), { recursive: true });
    await rm(scratch.path('pg.users'), { recursive: true });
    await expect(handle.stop()).resolves.toBeUndefined();
  });
});
