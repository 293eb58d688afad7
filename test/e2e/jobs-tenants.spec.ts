import { CronMinutes } from '@tenantry/jobs';
import { Tasks } from '@tenantry/platform';
import { getDataSourceToken } from '@nestjs/typeorm';
import { PLATFORM, PlatformLogin } from '@tenantry/tenancy';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Presence } from '../../libs/jobs/src/worker/presence.js';
import { Background, BackgroundModule } from '../support/background.module.js';
import { eventually } from '../support/eventually.js';
import { inTenant } from '../support/in-tenant.js';
import { startPlatform, type TestPlatform, type TestTenant } from '../support/test-platform.js';

let platform: TestPlatform;
let other: TestPlatform;
let acme: TestTenant;
let globex: TestTenant;

beforeAll(async () => {
  platform = await startPlatform({ modules: [BackgroundModule] });
  other = await platform.another();
  [acme, globex] = [await platform.createTenant('acme'), await platform.createTenant('globex')];
});

afterAll(async () => {
  await other.close();
  await platform.close();
});

beforeEach(async () => {
  await platform.database.admin('DELETE FROM platform.job');
  for (const each of [platform, other]) each.platform.app.get(Background).done.length = 0;
});

const done = () => [platform, other].flatMap((each) => each.platform.app.get(Background).done);
const tomorrow = new Date(Date.now() + 86_400_000);
/** Written now, due when the test says so. */
const enqueue = (tenant: TestTenant, name: string) =>
  inTenant(platform.platform, tenant, () =>
    platform.platform.app.get(Tasks).enqueue('background.mark', { name }, { runAt: tomorrow }),
  );
const due = () => platform.database.admin('UPDATE platform.job SET run_at = now()');
/** But those by which a tenant's own events, such as its suspension, are told. */
const jobs = () =>
  platform.database.admin<{
    task: string;
    status: string;
    attempts: number;
    error: string;
    run_at: Date;
    tenant_id: string;
  }>('SELECT * FROM platform.job WHERE event_id IS NULL ORDER BY seq');

describe('a job of a tenant', () => {
  it('that is suspended waits without using up attempts, and is done when the tenant is back', async () => {
    await enqueue(acme, 'patient');
    await enqueue(globex, 'other');
    await platform.operator.post(`/admin/tenants/${acme.id}/suspend`);
    await due();
    await eventually('the other tenant’s is done', () => Promise.resolve(done().includes('globex other')));
    // Its row goes a moment after its work.
    await eventually('its row is gone', async () => (await jobs()).length === 1);
    expect(await jobs()).toMatchObject([{ status: 'waiting', attempts: 0, tenant_id: acme.id }]);
    await platform.operator.post(`/admin/tenants/${acme.id}/resume`);
    await eventually('it is done', () => Promise.resolve(done().includes('acme patient')));
  });

  it('that is suspended when its ticket is drawn goes back as it was', async () => {
    const id = await enqueue(acme, 'drawn');
    await platform.operator.post(`/admin/tenants/${acme.id}/suspend`);
    await platform.database.admin(`UPDATE platform.job SET status = 'handed', ticket = 7 WHERE id = $1`, [id]);
    await platform.database.admin(
      `SELECT tenantry_worker.add_job('job', json_build_object('job', $1::text, 'ticket', 7))`,
      [id],
    );
    await eventually('it is put back', async () => (await jobs())[0]?.error === 'The tenant is suspended.');
    expect(await jobs()).toMatchObject([{ status: 'waiting', attempts: 0 }]);
    await platform.operator.post(`/admin/tenants/${acme.id}/resume`);
    await due();
    await eventually('it is done', () => Promise.resolve(done().includes('acme drawn')));
  });

  it('that is deleted fails for good, and is done as nobody else', async () => {
    await enqueue(acme, 'orphan');
    await enqueue(globex, 'kept');
    await platform.operator.delete(`/admin/tenants/${acme.id}`);
    await due();
    await eventually('one is dead, one done', async () => {
      const left = await jobs();
      return done().length === 1 && left.length === 1 && left[0]?.status === 'dead';
    });
    expect(done()).toEqual(['globex kept']);
    expect(await jobs()).toMatchObject([{ status: 'dead', error: 'The tenant is deleted.', tenant_id: acme.id }]);
    await platform.operator.post(`/admin/tenants/${acme.id}/resume`);
  });

  it('that is purged fails for good', async () => {
    const gone = await platform.createTenant('gone');
    await enqueue(gone, 'orphan');
    await platform.operator.delete(`/admin/tenants/${gone.id}?purge=true&confirm=gone`);
    await due();
    await eventually('it is dead', async () => (await jobs())[0]?.status === 'dead');
    expect(done()).toEqual([]);
  });

  it('whose ticket is of an earlier handing over is left alone', async () => {
    const id = await enqueue(acme, 'once');
    await platform.database.admin(
      `SELECT tenantry_worker.add_job('job', json_build_object('job', $1::text, 'ticket', -1))`,
      [id],
    );
    const tickets = () => platform.database.admin('SELECT FROM tenantry_worker._private_jobs');
    await eventually('the ticket is drawn', async () => (await tickets()).length === 0);
    expect([done(), (await jobs())[0]?.status]).toEqual([[], 'waiting']);
  });
});

describe('a look for dead workers', () => {
  it('lets go of what they were at, and leaves the living alone', async () => {
    const { platform: app, database } = platform;
    const presence = new Presence(app.app.get(PlatformLogin).url, 'pool-of-this-test');
    await presence.open();
    let open: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    for (const each of [platform, other]) each.platform.app.get(Background).gate = gate;
    await enqueue(acme, 'held');
    await due();
    await eventually('it runs', async () => (await jobs())[0]?.status === 'running');
    await database.admin(`SELECT tenantry_worker.add_job('of-nobody', '{}')`);
    const dead = `locked_by = 'pool-dead', locked_at = now()`;
    await database.admin(`UPDATE tenantry_worker._private_jobs SET ${dead} WHERE locked_by IS NULL`);
    expect(await presence.releaseAbsent()).toBe(0);
    expect(await presence.releaseAbsent()).toBeLessThanOrEqual(1); // another process may have been first
    const locked = await database.admin<{ by: string }>(
      'SELECT locked_by AS by FROM tenantry_worker._private_jobs WHERE locked_by IS NOT NULL',
    );
    expect(locked).toEqual([{ by: expect.stringMatching(/^pool-[0-9a-f]{18}$/) as string }]);
    open();
    await eventually('it is done', () => Promise.resolve(done().length > 0));
    await database.admin('DELETE FROM tenantry_worker._private_jobs');
    await presence.close();
    expect(done()).toEqual(['acme held']);
  });
});

/** When the nightly task is due. Each test has a night of its own. */
const night = (year: 2020 | 2096 | 2104 | 2108 | 2112 | 2116 | 2120 | 2124) => new Date(Date.UTC(year, 1, 29, 3));

const nightly = async () => (await jobs()).filter(({ task }) => task === 'background.nightly');

const doneNightly = () => done().filter((each) => each.endsWith(' nightly'));

describe('cron', () => {
  it('enqueues once for each active tenant and minute, however many processes look, spread over the minute', async () => {
    for (let index = 0; index < 20; index += 1) {
      await platform.database.admin(
        `INSERT INTO platform.tenant (id, slug, name, status, plan, api_version) VALUES (gen_random_uuid(), $1, 'Paper', 'active', 'free', '2026-11-01')`,
        [`paper-${index}`],
      );
    }
    await platform.operator.post(`/admin/tenants/${globex.id}/suspend`);
    const minute = night(2096); // nothing of it is due
    const looks = [platform, other, platform, other].map((each) => each.platform.app.get(CronMinutes).enqueue(minute));
    await Promise.all(looks);
    await platform.platform.app.get(CronMinutes).enqueue(new Date(minute.getTime() + 60_000));
    const made = await nightly();
    expect(made).toHaveLength(21);
    expect(new Set(made.map(({ tenant_id }) => tenant_id)).size).toBe(21);
    expect(made.map(({ tenant_id }) => tenant_id)).not.toContain(globex.id);
    const seconds = made.map(({ run_at }) => (run_at.getTime() - minute.getTime()) / 1000);
    expect(Math.min(...seconds)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...seconds)).toBeLessThan(60);
    expect(new Set(seconds).size).toBeGreaterThan(5);
    await platform.database.admin(`DELETE FROM platform.tenant WHERE slug LIKE 'paper-%'`);
    await platform.operator.post(`/admin/tenants/${globex.id}/resume`);
  });

  it('leaves a tenant out whose job of before still waits', async () => {
    for (const minute of [night(2104), night(2108)]) await platform.platform.app.get(CronMinutes).enqueue(minute);
    expect(await nightly()).toHaveLength(2);
  });

  describe('by a clock that', () => {
    const start = Date.UTC(2099, 5, 1, 2, 58);
    /** Minutes of which this clock's rounds wrote something down; it looks at each of these moments. */
    const looked = async (...moments: number[]) => {
      await platform.database.admin('DELETE FROM platform.job_cron');
      let now = 0;
      const crons = new CronMinutes(
        platform.platform.app.get<DataSource>(getDataSourceToken(PLATFORM)),
        { current: { crons: [{ task: 'background.nightly', expression: '* * * * *' }] } } as never,
        { now: () => new Date(start + now * 60_000) },
      );
      for (now of moments) await crons.round();
      const rows = await platform.database.admin<{ minute: Date }>('SELECT minute FROM platform.job_cron ORDER BY 1');
      return rows.map(({ minute }) => (minute.getTime() - start) / 60_000);
    };

    it('goes on looks at each minute once', async () => {
      expect(await looked(0, 0.2, 0.9, 1, 1.5, 2)).toEqual([0, 1, 2]);
    });

    it('was held up looks at the minutes that passed meanwhile', async () => {
      expect(await looked(0, 3.5)).toEqual([0, 1, 2, 3]);
    });

    it('jumps ahead leaves out what it jumped over', async () => {
      expect(await looked(0, 600, 601)).toEqual([0, 600, 601]);
    });

    it('goes back repeats nothing, for no tenant', async () => {
      expect(await looked(5, 6, 3, 5, 6, 7)).toEqual([3, 4, 5, 6, 7]);
      await platform.database.admin(`DELETE FROM platform.job`);
      // Another process, whose clock is behind: what is written down already is not enqueued again.
      const other = platform.platform.app.get(CronMinutes);
      const minute = night(2112);
      await other.enqueue(minute);
      await platform.database.admin(`DELETE FROM platform.job`);
      await other.enqueue(minute);
      expect(await nightly()).toEqual([]);
    });
  });

  it('does nothing for a tenant that is deleted, or was between the minute and the work', async () => {
    const [gone, going] = [await platform.createTenant('cron-gone'), await platform.createTenant('cron-going')];
    await platform.operator.delete(`/admin/tenants/${gone.id}`);
    await platform.platform.app.get(CronMinutes).enqueue(night(2116));
    expect((await nightly()).map(({ tenant_id }) => tenant_id)).not.toContain(gone.id);
    expect((await nightly()).map(({ tenant_id }) => tenant_id)).toContain(going.id);
    await platform.operator.delete(`/admin/tenants/${going.id}`);
    await due();
    await eventually('the others are done', () => Promise.resolve(doneNightly().length === 2));
    expect(doneNightly().sort()).toEqual(['acme nightly', 'globex nightly']);
    await eventually('its own is left, and dead', async () => {
      const left = await nightly();
      return left.length === 1 && left[0]?.status === 'dead';
    });
    expect(await nightly()).toMatchObject([{ tenant_id: going.id, error: 'The tenant is deleted.' }]);
  });

  it('waits for a tenant that is suspended between the minute and the work, and does it once', async () => {
    await platform.platform.app.get(CronMinutes).enqueue(night(2120));
    await platform.operator.post(`/admin/tenants/${acme.id}/suspend`);
    await platform.platform.app.get(CronMinutes).enqueue(night(2124));
    await due();
    await eventually('the other is done', () => Promise.resolve(doneNightly().includes('globex nightly')));
    expect(doneNightly()).not.toContain('acme nightly');
    await platform.operator.post(`/admin/tenants/${acme.id}/resume`);
    await due();
    await eventually('it is done', async () => (await nightly()).length === 0);
    expect(doneNightly().filter((each) => each === 'acme nightly')).toHaveLength(1);
  });

  it('does the task in each tenant', async () => {
    await platform.platform.app.get(CronMinutes).enqueue(night(2020));
    await eventually('both are done', () => Promise.resolve(doneNightly().length === 2));
    expect(doneNightly().sort()).toEqual(['acme nightly', 'globex nightly']);
  });
});
