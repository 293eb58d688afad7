import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { query } from './testing/query.spec.support.js';
import { Scratch } from './testing/scratch.spec.support.js';

const BIN_DIR = '/usr/lib/postgresql/15/bin';

describe.runIf(existsSync(`${BIN_DIR}/postgres`))('with the binaries of an installed Postgres 15', () => {
  let scratch: Scratch;
  beforeAll(async () => (scratch = await Scratch.make()));
  afterAll(() => scratch.clean());

  it('a cluster of that version is made', async () => {
    const { url, stop } = await scratch.start('pg', { binDir: BIN_DIR });
    const [row] = await query(
      url,
      `select current_setting('server_version_num')::int / 10000 as major, lower('Ä') as lower`,
    );
    expect(row).toEqual({ major: 15, lower: 'ä' });
    await stop();
  });

  it('and refused, untouched, by the binaries of another version', async () => {
    const before = await stat(scratch.path('pg'));
    await expect(scratch.start()).rejects.toThrow(
      /made by Postgres 15, but the binaries at hand are Postgres 18. Nothing was changed/,
    );
    expect((await stat(scratch.path('pg'))).mtimeMs).toBe(before.mtimeMs);
    expect(await readFile(scratch.path('pg/PG_VERSION'), 'utf8')).toBe('15\n');
  });
});
