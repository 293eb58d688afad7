import { NotesModule } from '@tenantry/example-notes';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Gate, GatedModule } from '../support/gated.module.js';
import { rawRequest } from '../support/raw-request.js';
import type { TestClient } from '../support/test-client.js';
import { startPlatform, type TestPlatform, type TestTenant } from '../support/test-platform.js';
import { addUser, type TestUser } from '../support/test-users.js';

let platform: TestPlatform;
let acme: TestTenant;
let globex: TestTenant;
let ada: TestUser;
let path: string;
let gate: Gate;

beforeAll(async () => {
  platform = await startPlatform({ modules: [NotesModule, GatedModule] });
  gate = platform.platform.app.get(Gate);
  [acme, globex] = [await platform.createTenant('acme'), await platform.createTenant('globex')];
  ada = await addUser(platform, acme, 'member');
});

beforeEach(async () => {
  const made = await acme.owner.post('/notes', { title: 'as it was', body: 'x' });
  path = `/notes/${String(made.body['id'])}`;
});

afterAll(() => platform.close());

const tagOf = async (client: TestClient = acme.owner, of = path) => (await client.get(of)).headers.get('etag') ?? '';
const matching = (tag: string, client = acme.owner) => client.with({ 'if-match': tag });
const title = async () => (await acme.owner.get(path)).body['title'];

describe('the ETag of an answer', () => {
  it('is the same as long as the document is, and another when it changes', async () => {
    const before = await tagOf();
    expect(before).toMatch(/^"[\w-]+"$/);
    expect(await tagOf()).toBe(before);
    await acme.owner.patch(path, { title: 'changed' });
    expect(await tagOf()).not.toBe(before);
  });

  it('is on resources, collections and public documents, and on no error', async () => {
    for (const shown of ['/notes', '/me', '/', '/problems', '/openapi.json'])
      expect(await tagOf(acme.owner, shown), shown).toMatch(/^"[\w-]+"$/);
    expect((await acme.owner.get('/nowhere')).headers.has('etag')).toBe(false);
  });

  it('does not depend on how the answer is compressed', async () => {
    const [plain, zipped] = ['identity', 'gzip'].map((encoding) => acme.owner.with({ 'accept-encoding': encoding }));
    const answer = await zipped?.get('/openapi.json');
    expect(answer?.headers.get('content-encoding')).toBe('gzip');
    expect(answer?.headers.get('etag')).toBe(await tagOf(plain, '/openapi.json'));
  });

  it('is each caller’s own where the document is', async () => {
    expect(await tagOf(acme.owner, '/me')).not.toBe(await tagOf(ada.client, '/me'));
  });

  it('to POST and PATCH is that of a GET, so that change may follow change', async () => {
    for (const { client } of [{ client: acme.owner }, ada]) {
      const made = await client.post('/notes', { title: 'x', body: 'x' });
      const at = made.headers.get('location') ?? '';
      let tag = made.headers.get('etag') ?? '';
      for (const next of ['one', 'two', 'three']) {
        expect(tag).toBe(await tagOf(client, at));
        const free = await client.patch(at, { title: next });
        expect(free.headers.get('etag')).toBe(await tagOf(client, at));
        const conditional = await matching(free.headers.get('etag') ?? '', client).patch(at, { body: next });
        expect(conditional.status).toBe(200);
        tag = conditional.headers.get('etag') ?? '';
      }
    }
  });

  it('to a POST with a key is there each time, until the resource has changed', async () => {
    const client = acme.owner.with({ 'idempotency-key': 'tagged' });
    const ask = () => client.post('/notes', { title: 'keyed', body: 'x' });
    const [first, again] = [await ask(), await ask()];
    const at = first.headers.get('location') ?? '';
    expect([first, again].map(({ headers }) => headers.get('etag'))).toEqual([
      await tagOf(acme.owner, at),
      await tagOf(acme.owner, at),
    ]);
    await acme.owner.patch(at, { title: 'by somebody else' });
    expect((await ask()).headers.has('etag')).toBe(false);
  });

  it('to operators is that of a GET, too', async () => {
    const made = await platform.operator.post('/admin/plans', {
      code: 'tagged',
      name: 'x',
      price: { amount: '1.00', currency: 'EUR' },
    });
    expect(made.headers.get('etag')).toBe(await tagOf(platform.operator, '/admin/plans/tagged'));
    const changed = await platform.operator.patch('/admin/plans/tagged', { name: 'y' });
    expect(changed.headers.get('etag')).toBe(await tagOf(platform.operator, '/admin/plans/tagged'));
    expect(changed.headers.get('etag')).not.toBe(made.headers.get('etag'));
    const suspended = await platform.operator.post('/admin/tenants/globex/suspend');
    expect(suspended.headers.get('etag')).toBe(await tagOf(platform.operator, `/admin/tenants/${globex.id}`));
    await platform.operator.post('/admin/tenants/globex/resume');
  });

  it('is not on the answer to a POST that is not worth reading it', async () => {
    const body = { slug: 'untagged', name: 'x', owner: { email: 'owner@untagged.example' } };
    const made = await platform.operator.post('/admin/tenants', body);
    expect([made.status, made.headers.has('etag')]).toEqual([201, false]);
    const place = made.headers.get('location') ?? '';
    expect(await tagOf(platform.operator, place)).toMatch(/^"[\w-]+"$/);
  });

  it('is not on the answer to a change of what cannot be read', async () => {
    expect((await acme.owner.post('/gated', { name: 'x' })).headers.has('etag')).toBe(false);
    expect((await acme.owner.patch('/gated', { name: 'y' })).headers.has('etag')).toBe(false);
  });

  it('of a conditional PATCH is that of the next GET, also when its answer is only a part', async () => {
    const answer = await matching(await tagOf()).patch(path, { title: 'changed' });
    expect(answer.headers.get('etag')).toBe(await tagOf());
  });
});

describe('If-None-Match', () => {
  const asking = (header: string) => acme.owner.with({ 'if-none-match': header }).get(path);

  it.each([
    ['the tag', (tag: string) => tag],
    ['the weak tag', (tag: string) => `W/${tag}`],
    ['a list with it', (tag: string) => `"other", ${tag}`],
    ['an asterisk', () => '*'],
  ])('of %s is 304 without a body', async (_name, header) => {
    const tag = await tagOf();
    const answer = await asking(header(tag));
    expect([answer.status, answer.text, answer.headers.get('etag')]).toEqual([304, '', tag]);
    expect(answer.headers.has('content-type')).toBe(false);
  });

  it('of another tag, or of what is none, is answered in full', async () => {
    for (const header of ['"other"', 'W/"other"', 'nonsense']) expect((await asking(header)).status).toBe(200);
  });

  it('of another tenant’s tag tells nothing of it', async () => {
    const answer = await globex.owner.with({ 'if-none-match': await tagOf() }).get(path);
    expect(answer.status).toBe(404);
  });
});

describe('If-Match', () => {
  it('of the tag lets a change through, and of the one before refuses it', async () => {
    const tag = await tagOf();
    const first = await matching(tag).patch(path, { title: 'first' });
    expect(first.status).toBe(200);
    const second = await matching(tag).patch(path, { title: 'second' });
    expect([second.status, second.body['code']]).toEqual([412, 'PRECONDITION_FAILED']);
    expect(await title()).toBe('first');
    expect((await matching(first.headers.get('etag') ?? '').patch(path, { title: 'second' })).status).toBe(200);
  });

  it('takes lists and an asterisk, and no weak tag', async () => {
    const change = async (header: string) => (await matching(header).patch(path, { title: 'x' })).status;
    expect(await change(`"other", ${await tagOf()}`)).toBe(200);
    expect(await change('*')).toBe(200);
    expect(await change(`W/${await tagOf()}`)).toBe(412);
    expect(await change('"other"')).toBe(412);
    expect(await change('nonsense')).toBe(400);
  });

  it('guards DELETE', async () => {
    const tag = await tagOf();
    await acme.owner.patch(path, { title: 'changed' });
    expect((await matching(tag).delete(path)).status).toBe(412);
    expect((await matching(await tagOf()).delete(path)).status).toBe(204);
    expect((await matching('*').delete(path)).status).toBe(412);
  });

  it('lets one of two changes of the same state through, however close they are', async () => {
    for (let round = 0; round < 15; round += 1) {
      const client = matching(await tagOf());
      const answers = await Promise.all(
        ['one', 'two'].map((name) => client.patch(path, { title: `${name} ${round}` })),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 412]);
      const won = answers.find(({ status }) => status === 200);
      expect(await title()).toBe(won?.body['title']);
      expect(won?.headers.get('etag')).toBe(await tagOf());
    }
  });

  it('holds until the change is committed, whatever the change itself reads', async () => {
    const before = (await acme.owner.get('/gated')).body['names'] as string[];
    const client = matching(await tagOf(acme.owner, '/gated'));
    const both = gate.close(2);
    const changes = ['one', 'two'].map((name) => client.patch('/gated', { name }));
    await both;
    gate.open();
    const answers = await Promise.all(changes);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412]);
    const won = answers.find(({ status }) => status === 200);
    expect((await acme.owner.get('/gated')).body['names']).toEqual([...before, won?.body['name']]);
    expect(answers.find(({ status }) => status === 412)?.headers.has('etag')).toBe(false);
  });

  it('does not let a change of another tenant’s resource through, and tells nothing of it', async () => {
    const there = await matching('*', globex.owner).patch(path, { title: 'x' });
    const nowhere = await matching('*', globex.owner).patch(path.replace(/.$/, '_'), { title: 'x' });
    expect([there.status, there.body['code']]).toEqual([412, 'PRECONDITION_FAILED']);
    expect([nowhere.status, nowhere.body['code']]).toEqual([412, 'PRECONDITION_FAILED']);
    expect((await matching(await tagOf(), globex.owner).patch(path, { title: 'x' })).status).toBe(412);
    expect(await title()).toBe('as it was');
  });

  it('is never met by what is at another address, to which a path with dots would lead', async () => {
    const tag = await tagOf(acme.owner, '/');
    const headers = Object.entries({
      host: new URL(platform.url).host,
      'content-type': 'application/json',
      ...acme.owner.headers,
      'if-match': tag,
    });
    const answer = await rawRequest(platform.url, {
      method: 'PATCH',
      path: '/notes/..',
      headers,
      body: '{"title":"x"}',
    });
    expect([answer.status, answer.body['code']]).toEqual([412, 'PRECONDITION_FAILED']);
  });

  it('comes after the question who is calling', async () => {
    const anyone = platform.anyone.with({ 'x-tenant': 'acme', 'if-match': '"other"' });
    expect((await anyone.patch(path, { title: 'x' })).status).toBe(401);
    expect((await matching('"other"', ada.client).patch(`/users/${ada.id}`, { name: 'x' })).status).toBe(403);
  });

  it('of what cannot be read matches no tag; whether it is there, the handler says', async () => {
    const { body } = await acme.owner.post('/gated', { name: 'x' });
    const unreadable = `/gated/unreadable/${String(body['id'])}`;
    expect((await matching('"any"').patch(unreadable, { name: 'y' })).status).toBe(412);
    expect((await matching('*').patch(unreadable, { name: 'y' })).status).toBe(200);
    expect((await matching('*').patch('/gated/unreadable/0', { name: 'y' })).status).toBe(404);
  });

  it('guards what an operator changes too', async () => {
    const tenant = `/admin/tenants/${acme.id}`;
    const tag = await tagOf(platform.operator, tenant);
    expect((await matching('"other"', platform.operator).patch(tenant, { name: 'x' })).status).toBe(412);
    expect((await matching(tag, platform.operator).patch(tenant, { name: 'Acme' })).status).toBe(200);
  });

  it('is one request in the log and in the usage, although the resource was read', async () => {
    await matching(await tagOf())
      .with({ 'x-request-id': 'only-once' })
      .patch(path, { title: 'x' });
    expect(platform.log.filter((line) => line.includes('only-once'))).toHaveLength(1);
  });
});
