// Walks through a running Tenantry and tells what it does. Start the server first (npm start), then: npm run demo
//   DEMO_URL                   where it listens, default http://localhost:3000
//   TENANTRY_OPERATOR_EMAIL    default: the first operator's
//   TENANTRY_OPERATOR_PASSWORD what the server printed at its first start; when absent, an operator for the demo is made
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const base = process.env.DEMO_URL ?? 'http://localhost:3000';
const run = Date.now().toString(36);
const password = 'correct-horse-battery';

const bold = (text) => (process.stdout.isTTY ? `\u001b[1m${text}\u001b[0m` : text);
const step = (text) => console.log(`\n${bold(text)}`);
const note = (text) => console.log(`  ${text}`);

async function call(method, path, { token, tenant, body } = {}) {
  const headers = {
    ...(body && { 'content-type': 'application/json' }),
    ...(token && { authorization: `Bearer ${token}` }),
    ...(tenant && { 'x-tenant': tenant }),
  };
  const response = await fetch(new URL(path, base), { method, headers, body: body && JSON.stringify(body) });
  const text = await response.text();
  const answer = text ? JSON.parse(text) : {};
  const who = tenant ? ` (X-Tenant: ${tenant})` : '';
  note(`${method} ${path}${who} -> ${response.status}${answer.code ? ` ${answer.code}` : ''}`);
  return { status: response.status, answer };
}

async function expect(status, ...request) {
  const result = await call(...request);
  if (result.status === status) return result.answer;
  throw new Error(`Expected ${status}, got ${result.status}: ${JSON.stringify(result.answer)}`);
}

/** The given operator; else one of our own, which whoever has the data folder of the server may make. */
async function operatorCredentials() {
  const { TENANTRY_OPERATOR_EMAIL: given, TENANTRY_OPERATOR_PASSWORD: secret } = process.env;
  if (secret) return { email: given ?? 'operator@tenantry.localhost', password: secret };
  const email = 'demo@tenantry.localhost';
  note(`no TENANTRY_OPERATOR_PASSWORD: making the operator ${email} (tenantry operators reset-password)`);
  const command = fileURLToPath(new URL('../apps/cli/bin/tenantry.mjs', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [command, 'operators', 'reset-password', email]);
  return { email, password: stdout.trim() };
}

async function onboard(operator, name) {
  const slug = `${name}-${run}`;
  const owner = { email: `owner@${name}.example`, name: `Owner of ${name}`, password };
  const tenant = await expect(201, 'POST', '/admin/tenants', { token: operator, body: { slug, name, owner } });
  note(`tenant ${tenant.slug}, plan ${tenant.plan}, schema and role t_${tenant.id.replaceAll('-', '')}`);
  const { accessToken } = await expect(200, 'POST', '/auth/login', {
    tenant: slug,
    body: { email: owner.email, password },
  });
  return { ...tenant, token: accessToken };
}

async function demo() {
  step('1. The operator signs in');
  const body = await operatorCredentials();
  const { accessToken: operator } = await expect(200, 'POST', '/admin/auth/login', { body });

  step('2. Two companies are onboarded, each with a Postgres schema and a Postgres role of its own');
  const acme = await onboard(operator, 'acme');
  const globex = await onboard(operator, 'globex');

  step('3. Each owner invites a colleague, who chooses a password and signs in');
  const tokens = {};
  for (const tenant of [acme, globex]) {
    const user = { email: `grace@${tenant.name}.example`, name: 'Grace', roles: ['member'] };
    const { invitation } = await expect(201, 'POST', '/users', { token: tenant.token, body: user });
    const acceptance = { token: invitation.token, password };
    await expect(200, 'POST', '/invitations/accept', { tenant: tenant.slug, body: acceptance });
    const login = { email: user.email, password };
    tokens[tenant.slug] = (await expect(200, 'POST', '/auth/login', { tenant: tenant.slug, body: login })).accessToken;
  }
  const me = await expect(200, 'GET', '/me', { token: tokens[acme.slug] });
  note(`she may: ${me.permissions.join(', ')}`);

  step('4. Both write notes');
  let secret;
  for (const tenant of [acme, globex]) {
    const text = { title: `Plans of ${tenant.name}`, body: 'Only for us.' };
    secret = await expect(201, 'POST', '/notes', { token: tokens[tenant.slug], body: text });
  }

  step('5. Each sees its own');
  for (const tenant of [acme, globex]) {
    const { _embedded } = await expect(200, 'GET', '/notes', { token: tokens[tenant.slug] });
    note(`${tenant.slug}: ${_embedded.item.map(({ title }) => title).join(', ')}`);
  }

  step('6. A look across is refused');
  await expect(404, 'GET', `/notes/${secret.id}`, { token: tokens[acme.slug] });
  note('a note of globex does not exist for acme');
  await expect(403, 'GET', '/notes', { token: tokens[acme.slug], tenant: globex.slug });
  note('a token of acme is worth nothing at globex');
  await expect(403, 'GET', '/users', { token: tokens[acme.slug] });
  note('a member may not see the users, even of acme');

  step('7. The operator suspends acme: it is out at once, globex goes on');
  await expect(200, 'POST', `/admin/tenants/${acme.id}/suspend`, { token: operator });
  await expect(403, 'GET', '/notes', { token: tokens[acme.slug] });
  await expect(200, 'GET', '/notes', { token: tokens[globex.slug] });
  await expect(200, 'POST', `/admin/tenants/${acme.id}/resume`, { token: operator });
  await expect(200, 'GET', '/notes', { token: tokens[acme.slug] });

  step('8. What acme used');
  const { requests } = await expect(200, 'GET', '/usage', { token: acme.token });
  note(`${requests} API requests so far this month`);

  step('Done.');
  note(`Look around: ${new URL('/docs', base)}   The tenants stay: ${acme.slug}, ${globex.slug}.`);
}

demo().catch((error) => {
  const isDown = error.cause?.code === 'ECONNREFUSED';
  console.error(`\n${isDown ? `Nothing answers at ${base}: start the server first (npm start).` : error.message}`);
  process.exitCode = 1;
});
