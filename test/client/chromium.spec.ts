import { NotesModule } from '@tenantry/example-notes';
import { OrdersModule } from '@tenantry/example-orders';
import type * as Client from '@tenantry/client';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isChromiumInstalled, startChromium } from '../support/chromium.js';
import { serveClientPage, type ClientPage } from '../support/packed-client.js';
import { PASSWORD, startPlatform, type TestPlatform } from '../support/test-platform.js';

describe.runIf(isChromiumInstalled())('in Chromium, on a page of another origin, the packed client', () => {
  let site: ClientPage;
  let platform: TestPlatform;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    site = await serveClientPage();
    const environment = { TENANTRY_CORS_ORIGINS: site.origin };
    platform = await startPlatform({ modules: [NotesModule, OrdersModule], environment });
    for (const slug of ['acme', 'globex']) await platform.createTenant(slug);
    browser = await startChromium();
    page = await browser.newPage();
    await page.goto(site.origin);
  });

  afterAll(async () => {
    await browser.close();
    await platform.close();
    await site.close();
  });

  /** What a program of the page gives; it gets the client's module and what is needed to sign in. */
  function inPage<T>(
    program: (client: typeof Client, at: { url: string; password: string }) => Promise<T>,
  ): Promise<T> {
    const at = JSON.stringify({ url: platform.url, password: PASSWORD });
    return page.evaluate(`import('@tenantry/client').then((client) => (${String(program)})(client, ${at}))`);
  }

  it('signs in, creates, walks pages and signs out, in two tenants', async () => {
    const titles = await inPage(async ({ TenantryClient }, { url, password }) => {
      const seen: string[] = [];
      for (const tenant of ['acme', 'globex']) {
        const client = new TenantryClient({ url, tenant });
        await client.signIn({ email: `owner@${tenant}.example`, password });
        for (const n of [1, 2, 3]) await client.post('/notes', { body: { title: `${tenant}${n}`, body: '' } });
        for await (const { title } of client.list('/notes', { query: { limit: 2 } })) seen.push(title);
        await client.signOut();
        await client.get('/me').catch(({ status }: { status: number }) => seen.push(String(status)));
      }
      return seen;
    });
    expect(titles).toEqual(['acme1', 'acme2', 'acme3', '401', 'globex1', 'globex2', 'globex3', '401']);
  });

  it('reads tags, and changes only what it has read', async () => {
    const codes = await inPage(async ({ TenantryClient, isProblem }, { url, password }) => {
      const client = new TenantryClient({ url, tenant: 'acme' });
      await client.signIn({ email: 'owner@acme.example', password });
      const made = await client.post('/notes', { body: { title: 'tagged', body: '' } });
      const params = { id: made.id };
      const changed = await client.patch('/notes/{id}', { params, body: { title: 'once' }, ifMatch: made });
      const stale = client.patch('/notes/{id}', { params, body: { title: 'twice' }, ifMatch: made });
      const refused = await stale.catch((error: unknown) => error);
      return [changed.title, client.responseOf(changed)?.etag, isProblem(refused, 'PRECONDITION_FAILED')];
    });
    expect(codes).toEqual(['once', expect.stringMatching(/^"[\w-]{27}"$/), true]);
  });

  it('gets problems as errors with their code, their fields and the request’s id', async () => {
    const problem = await inPage(async ({ TenantryClient, isProblem }, { url, password }) => {
      const client = new TenantryClient({ url, tenant: 'acme' });
      await client.signIn({ email: 'owner@acme.example', password });
      const error = await client.post('/notes', { body: { title: '', body: '' } }).catch((each: unknown) => each);
      return isProblem(error, 'REQUEST_INVALID') ? [error.status, error.errors?.[0]?.pointer, error.requestId] : [];
    });
    expect(problem).toEqual([400, '/title', expect.stringMatching(/^[\w-]{36}$/)]);
  });

  it('refreshes by itself when its access token is refused', async () => {
    const [email, saved] = await inPage(async ({ TenantryClient }, { url, password }) => {
      let kept: { accessToken: string; refreshToken?: string } | undefined;
      const tokens = { load: () => kept, save: (next: typeof kept) => void (kept = next) };
      const first = new TenantryClient({ url, tenant: 'acme', tokens });
      await first.signIn({ email: 'owner@acme.example', password });
      kept = { ...kept, accessToken: 'expired' };
      const me = await new TenantryClient({ url, tenant: 'acme', tokens }).get('/me');
      return [me.email, kept.accessToken];
    });
    expect([email, saved]).toEqual(['owner@acme.example', expect.stringMatching(/^ey/)]);
  });

  it('reads Retry-After', async () => {
    const waits = await inPage(async ({ TenantryClient, isProblem }, { url }) => {
      const client = new TenantryClient({ url, tenant: 'globex', retry: { attempts: 0 } });
      for (let n = 0; n < 30; n += 1) {
        const error = await client.signIn({ email: 'nobody@globex.example', password: 'x' }).catch((e: unknown) => e);
        if (isProblem(error, 'AUTH_TOO_MANY_ATTEMPTS')) return error.retryAfter;
      }
      return undefined;
    });
    expect(waits).toBeGreaterThan(0);
  });

  it('reads Link and Deprecation of an older version', async () => {
    const notice = await inPage(async ({ TenantryClient }, { url, password }) => {
      const told: (string | undefined)[] = [];
      const client = new TenantryClient({
        ...{ url, tenant: 'acme', apiVersion: '2026-03-02' },
        onDeprecation: ({ link, deprecated }) => told.push(link, deprecated?.toISOString()),
      });
      await client.signIn({ email: 'owner@acme.example', password });
      return told;
    });
    expect(notice.slice(0, 2)).toEqual([expect.stringContaining('rel='), '2026-05-11T00:00:00.000Z']);
  });

  it('is refused by the browser where the origin is not listed', async () => {
    const other = await browser.newPage();
    await other.goto(site.origin.replace('127.0.0.1', 'localhost'));
    const at = JSON.stringify({ url: platform.url });
    const reason = await other.evaluate(`import('@tenantry/client').then(({ TenantryClient }) =>
      new TenantryClient({ ...${at}, retry: { attempts: 0 } }).get('/').catch((error) => error.reason))`);
    expect(reason).toBe('network');
  });
});
