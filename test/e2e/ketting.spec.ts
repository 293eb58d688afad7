import { Client } from 'ketting';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPlatform, type TestPlatform, type TestTenant } from '../support/test-platform.js';
import { PASSWORD } from '../support/test-platform.js';

interface Note {
  title: string;
}

let platform: TestPlatform;
let acme: TestTenant;

beforeAll(async () => {
  platform = await startPlatform();
  acme = await platform.createTenant('acme');
  await (await platform.createTenant('globex')).owner.post('/notes', { title: 'not of acme', body: '' });
});

afterAll(() => platform.close());

/** Ketting, an HAL client that is not ours, for one tenant; it notes what it asks for. */
function ketting(headers: Record<string, string>): { client: Client; requests: string[] } {
  const client = new Client(platform.url);
  const requests: string[] = [];
  client.use((request, next) => {
    requests.push(`${request.method} ${new URL(request.url).pathname}`);
    for (const [name, value] of Object.entries(headers)) request.headers.set(name, value);
    return next(request);
  });
  return { client, requests };
}

const named = (names: string[], ending: string) => names.find((name) => name.endsWith(ending)) ?? '';

describe('an independent HAL client that knows the root address alone', () => {
  it('signs in, adds notes, and pages through them without a request for each', async () => {
    const headers: Record<string, string> = { 'x-tenant': acme.slug };
    const { client, requests } = ketting(headers);
    const root = await client.go('/').get();
    const login = root.action(
      named(
        root.actions().map(({ name }) => name ?? ''),
        ':login',
      ),
    );
    expect(login.field('password')?.required).toBe(true);
    const session = await login.submit({ email: `owner@${acme.slug}.example`, password: PASSWORD });
    headers['authorization'] = `Bearer ${(session.data as { accessToken: string }).accessToken}`;
    client.clearCache();

    const home = await client.go('/').get();
    const notes = home.follow(
      named(
        home.links.getAll().map(({ rel }) => rel),
        ':notes',
      ),
    );
    const add = (await notes.get()).action('default');
    for (let number = 1; number <= 30; number += 1) await add.submit({ title: `note ${number}`, body: '' });

    client.clearCache();
    requests.length = 0;
    const titles: string[] = [];
    let page = await notes.get();
    for (let more = true; more;) {
      for (const item of page.followAll('item')) titles.push(((await item.get()).data as Note).title);
      more = page.links.has('next');
      if (more) page = await page.follow('next').get();
    }
    expect(titles).toEqual(Array.from({ length: 30 }, (_, index) => `note ${index + 1}`));
    expect(requests).toEqual(['GET /notes', 'GET /notes']);
  });

  it('changes and removes what it found, by the forms of the resource', async () => {
    const headers = { ...acme.owner.headers };
    const { client } = ketting(headers);
    const home = await client.go('/').get();
    const notes = home.follow(
      named(
        home.links.getAll().map(({ rel }) => rel),
        ':notes',
      ),
    );
    const made = await (await notes.get()).action().submit({ title: 'to be changed', body: '' });
    const note = await client.go(made.links.get('self')?.href).get();
    const changed = await note.action('edit').submit({ title: 'changed' });
    expect(changed.data).toMatchObject({ title: 'changed' });
    await note.action('delete').submit({});
    client.clearCache();
    await expect(client.go(note.uri).get()).rejects.toMatchObject({ status: 404 });
  });
});
