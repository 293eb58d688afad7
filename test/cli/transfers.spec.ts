import { mkdtemp, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { NotesModule } from '@tenantry/example-notes';
import { OrdersModule } from '@tenantry/example-orders';
import { exportTenant, loginUrl, type Tenant } from '@tenantry/tenancy';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildServer } from '../support/build.js';
import { environmentOf, tenantry, type CommandEnd } from '../support/command.js';
import { PASSWORD, startPlatform, type TestPlatform, type TestTenant } from '../support/test-platform.js';
import { schemaOf } from '../support/test-users.js';

let platform: TestPlatform;
let acme: TestTenant;
let folder: string;

beforeAll(async () => {
  await buildServer();
  folder = await mkdtemp(join(tmpdir(), 'tenantry-transfers-'));
  platform = await startPlatform({ modules: [NotesModule, OrdersModule] });
  acme = await platform.createTenant('acme');
  await platform.createTenant('globex');
  await acme.owner.post('/notes', { title: 'kept', body: '' });
});

afterAll(async () => {
  await platform.close();
  await rm(folder, { recursive: true });
});

const run = (...args: string[]): Promise<CommandEnd> =>
  tenantry(['--json', 'tenants', ...args], { ...environmentOf(platform.database), TENANTRY_EXPORT_DIR: folder });
const archive = () => join(folder, 'acme.tar');

/** Titles of the notes that whoever signs in as the owner of acme finds in this tenant. */
async function titles(slug: string): Promise<unknown[]> {
  const owner = await platform.anyone
    .with({ 'x-tenant': slug })
    .signIn('/auth/login', { email: 'owner@acme.example', password: PASSWORD });
  const { body } = await owner.get('/notes');
  return (body['_embedded'] as { item: { title: string }[] }).item.map(({ title }) => title);
}

describe('a tenant', () => {
  it('is exported into a file that nobody had', async () => {
    const { code, out, err } = await run('export', 'acme', '--output', archive());
    expect([code, err]).toEqual([0, '']);
    expect(JSON.parse(out)).toMatchObject({
      file: archive(),
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    });
    expect(await run('export', 'acme', '--output', archive())).toMatchObject({ code: 1, out: '' });
  });

  it('is made of the archive, beside running servers', async () => {
    const { code, out } = await run('import', archive(), '--slug', 'restored');
    expect([code, JSON.parse(out)]).toMatchObject([0, { slug: 'restored', status: 'active', schema: 'current' }]);
    expect(await titles('restored')).toEqual(['kept']);
  });

  it('gets the data of the archive instead of its own, when its slug confirms it', async () => {
    const refused = await run('import', archive(), '--replace', 'globex', '--confirm', 'acme');
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('IMPORT_UNCONFIRMED') as string });
    expect(await run('import', archive(), '--replace', 'globex', '--confirm', 'globex')).toMatchObject({ code: 0 });
    expect(await titles('globex')).toEqual(['kept']);
  });

  it('is cloned with its rows', async () => {
    expect(await run('clone', 'acme', 'twin', '--data')).toMatchObject({ code: 0, err: '' });
    expect(await titles('twin')).toEqual(['kept']);
  });

  it('is not made of a damaged archive', async () => {
    await truncate(archive(), 3000);
    const { code, err } = await run('import', archive(), '--slug', 'damaged');
    expect([code, JSON.parse(err)]).toMatchObject([1, { error: { code: 'ARCHIVE_INVALID' } }]);
    expect((await platform.operator.get('/admin/tenants/damaged')).status).toBe(404);
  });

  it('whose archive outgrows the disk ends its export, and not the process', async () => {
    const { settings, secret, url, admin } = platform.database;
    const body = 'x'.repeat(1000);
    await admin(`INSERT INTO ${schemaOf(acme)}.note (title, body) SELECT n, $1 FROM generate_series(1, 4000) n`, [
      body,
    ]);
    let room = 1_500_000;
    const disk = new Writable({
      write: (chunk: Buffer, _, done) => {
        room -= chunk.length;
        done(room < 0 ? Object.assign(new Error('no space left on device'), { code: 'ENOSPC' }) : null);
      },
    });
    const ownerUrl = loginUrl(url, secret, settings.get('TENANTRY_INSTALLATION'), 'owner');
    const tenant = { ...(await platform.operator.get('/admin/tenants/acme')).body, id: acme.id } as unknown as Tenant;
    const options = { ownerUrl, tenant, createdAt: new Date(), compress: false };
    await expect(exportTenant(options, disk)).rejects.toMatchObject({ code: 'ENOSPC' });
  });
});
