import { NotesModule } from '@tenantry/example-notes';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isChromiumInstalled, startChromium } from '../support/chromium.js';
import { OPERATOR, PASSWORD, startPlatform, type TestPlatform } from '../support/test-platform.js';

describe.runIf(isChromiumInstalled())('Swagger UI in Chromium', () => {
  let platform: TestPlatform;
  let browser: Browser;
  let page: Page;
  const faults: string[] = [];

  beforeAll(async () => {
    platform = await startPlatform({ modules: [NotesModule] });
    for (const slug of ['acme', 'globex']) await platform.createTenant(slug);
    browser = await startChromium();
    page = await browser.newPage();
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => (message.type() === 'error' ? faults.push(message.text()) : undefined));
    await page.goto(`${platform.url}/docs`);
  });

  afterAll(async () => {
    await browser.close();
    await platform.close();
  });

  const operation = (id: string) => page.locator(`[id$="-${id}"].opblock`);

  async function signInThere(scheme: 'user' | 'operator', token: string): Promise<void> {
    await page.locator('.btn.authorize').first().click();
    const form = page.locator('.auth-container').filter({ hasText: `${scheme} (http, Bearer)` });
    await form.locator('input').fill(token);
    await form.getByRole('button', { name: 'Apply credentials' }).click();
    await page.locator('.modal-ux .close-modal').click();
  }

  async function signOutThere(): Promise<void> {
    await page.locator('.btn.authorize').first().click();
    await page.getByRole('button', { name: 'Remove authorization' }).click();
    await page.locator('.modal-ux .close-modal').click();
  }

  it('shows everything to nobody in particular, and runs under the content security policy', async () => {
    for (const id of ['listNotes', 'createAdminTenant']) await operation(id).waitFor();
    expect(faults).toEqual([]);
  });

  it('shows who signs in there what they may use, and everything again after', async () => {
    const { body } = await platform.anyone
      .with({ 'x-tenant': 'acme' })
      .post('/auth/login', { email: 'owner@acme.example', password: PASSWORD });
    await signInThere('user', body['accessToken'] as string);
    await operation('createAdminTenant').waitFor({ state: 'detached' });
    await operation('listNotes').waitFor();
    await signOutThere();
    await operation('createAdminTenant').waitFor();
  });

  it('shows an operator the control plane', async () => {
    const { body } = await platform.anyone.post('/admin/auth/login', OPERATOR);
    await signInThere('operator', body['accessToken'] as string);
    await operation('listNotes').waitFor({ state: 'detached' });
    await operation('createAdminTenant').waitFor();
    expect(faults).toEqual([]);
  });
});
