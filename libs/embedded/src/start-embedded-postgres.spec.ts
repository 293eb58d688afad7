import { readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EmbeddedPostgresError } from './embedded-postgres.error.js';
import type { EmbeddedPostgres } from './embedded-postgres.options.js';
import { query } from './testing/query.spec.support.js';
import { Scratch } from './testing/scratch.spec.support.js';

describe('an embedded Postgres', () => {
  let scratch: Scratch;
  let first: EmbeddedPostgres;

  beforeAll(async () => {
    scratch = await Scratch.make();
    // What an operator's shell may hold must not reach Postgres.
    const { TZ: zone } = process.env;
    Object.assign(process.env, { PGDATA: '/nowhere', PGPORT: '1', PGHOST: 'elsewhere', TZ: 'Asia/Tokyo' });
    try {
      first = await scratch.start('pg', {
        settings: { fsync: 'off', max_connections: 33, application_name: "it's $HOME", listen_addresses: '*' },
      });
    } finally {
      for (const name of ['PGDATA', 'PGPORT', 'PGHOST', 'TZ']) Reflect.deleteProperty(process.env, name);
      if (zone !== undefined) process.env['TZ'] = zone;
    }
  });
  afterAll(() => scratch.clean());

  it('is made and started in an empty place', async () => {
    expect(first).toMatchObject({ created: true, adopted: false, dataDir: scratch.path('pg') });
    const [row] = await query(
      first.url,
      "select current_user::text as name, current_setting('server_encoding') as encoding",
    );
    expect(row).toEqual({ name: 'postgres', encoding: 'UTF8' });
  });

  it('has nothing of the environment it was started from', async () => {
    expect(await query(first.url, 'show timezone')).not.toEqual([{ TimeZone: 'Asia/Tokyo' }]);
  });

  it('takes the settings it is given, whatever is in them', async () => {
    const rows = await query(
      first.url,
      `select name, setting from pg_settings where name in ('max_connections', 'fsync') or (name = 'application_name') order by name`,
    );
    expect(rows.map((row) => row['setting'])).toEqual(["it's $HOME", 'off', '33']);
  });

  it('listens on the loopback interface only, even when a setting says otherwise', async () => {
    const rows = await query(
      first.url,
      `select setting from pg_settings where name in ('listen_addresses', 'unix_socket_directories') order by name`,
    );
    expect(rows).toEqual([{ setting: '127.0.0.1' }, { setting: '' }]);
  });

  it('asks every connection for the password', async () => {
    await expect(query(first.url.replace(/:[^:@]+@/, ':wrong@'), 'select 1')).rejects.toThrow(
      /password authentication failed/,
    );
  });

  it('keeps the password to its owner and out of the log', async () => {
    const file = scratch.path('pg.password');
    const password = (await readFile(file, 'utf8')).trim();
    expect(first.url).toContain(`:${password}@`);
    expect(Buffer.from(password, 'base64url')).toHaveLength(32);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readFile(scratch.path('pg.log'), 'utf8')).not.toContain(password);
  });

  it('is adopted by a second start, and lives until both have stopped it', async () => {
    const second = await scratch.start();
    expect(second).toMatchObject({ adopted: true, created: false, port: first.port, url: first.url });
    await query(second.url, 'create table kept (id int)');
    await first.stop();
    await first.stop();
    expect(await query(second.url, 'select count(*)::int as n from kept')).toEqual([{ n: 0 }]);
    await second.stop();
    await expect(query(second.url, 'select 1')).rejects.toThrow(/ECONNREFUSED/);
    await second.stop();
  });

  it('keeps its data and its port over a restart', async () => {
    const again = await scratch.start();
    expect(again).toMatchObject({ adopted: false, created: false, url: first.url });
    expect(await query(again.url, 'select count(*)::int as n from kept')).toEqual([{ n: 0 }]);
    await again.stop();
  });

  it('moves to another port when its last one was taken in the meantime', async () => {
    const other = createServer().listen(first.port, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    try {
      const moved = await scratch.start();
      expect(moved.port).not.toBe(first.port);
      await expect(scratch.start('pg', { port: first.port })).resolves.toMatchObject({
        adopted: true,
        port: moved.port,
      });
      await moved.kill();
      const failure = scratch.start('pg', { port: first.port });
      await expect(failure).rejects.toThrow(EmbeddedPostgresError);
      await expect(failure).rejects.toThrow(/Another program listens on that port[\s\S]*Address already in use/);
    } finally {
      other.close();
    }
  });

  it.each([
    [{ settings: { no_such_setting: 1 } }, /Correct that setting[\s\S]*no_such_setting/],
    [{ settings: { 'a b': 1 } }, /"a b" is not the name of a Postgres setting/],
    [{ port: 65_536 }, /65536 is not a port/],
    [{ dataDir: '/tmp/$(true)' }, /without quotes/],
    [{ dataDir: '/dev/null/pg' }, /a file lies where a folder is needed/i],
    [{ binDir: '/nowhere' }, /Postgres does not run on this machine[\s\S]*ENOENT/],
  ])('says what is wrong with %j', async (options, message) => {
    const failure = scratch.start('pg', options);
    await expect(failure).rejects.toThrow(EmbeddedPostgresError);
    await expect(failure).rejects.toThrow(message);
  });
});
