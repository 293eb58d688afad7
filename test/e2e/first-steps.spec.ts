import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { itemsOf } from '../support/test-client.js';
import { startPlatform, type TestPlatform, type TestTenant } from '../support/test-platform.js';

let platform: TestPlatform;
let acme: TestTenant;
let globex: TestTenant;

beforeAll(async () => {
  platform = await startPlatform();
  [acme, globex] = [await platform.createTenant('acme'), await platform.createTenant('globex')];
});

afterAll(() => platform.close());

describe('two tenants', () => {
  it('each see their own notes only', async () => {
    await acme.owner.post('/notes', { title: 'of acme', body: '' });
    await globex.owner.post('/notes', { title: 'of globex', body: '' });
    expect(itemsOf(await acme.owner.get('/notes')).map(({ title }) => title)).toEqual(['of acme']);
    expect(itemsOf(await globex.owner.get('/notes')).map(({ title }) => title)).toEqual(['of globex']);
  });

  it('cannot read each other’s notes by id: as if there were none', async () => {
    const made = await acme.owner.post('/notes', { title: 'private', body: '' });
    const path = `/notes/${String(made.body['id'])}`;
    expect((await acme.owner.get(path)).status).toBe(200);
    expect((await globex.owner.get(path)).status).toBe(404);
  });

  it('are refused with each other’s token', async () => {
    const crossed = acme.owner.with({ 'x-tenant': 'globex' });
    expect(await crossed.get('/notes')).toMatchObject({ status: 403, body: { code: 'TENANT_MISMATCH' } });
  });
});
