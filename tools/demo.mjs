// Walks through a running Tenantry and tells what it does. Start the server first (npm start), then: npm run demo
//   DEMO_URL                   where it listens, default http://localhost:3000, or PORT
//   TENANTRY_OPERATOR_EMAIL    default: the first operator's
//   TENANTRY_OPERATOR_PASSWORD what the server printed at its first start; when absent, an operator for the demo is made
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { API_VERSION, isProblem, RequestFailed, TenantryClient } from '@tenantry/client';
import { showCanary } from './demo/canary.mjs';

const base = process.env.DEMO_URL ?? `http://localhost:${process.env.PORT ?? 3000}`;
const run = Date.now().toString(36);
const password = 'correct-horse-battery';

const bold = (text) => (process.stdout.isTTY ? `\u001b[1m${text}\u001b[0m` : text);
const step = (text) => console.log(`\n${bold(text)}`);
const note = (text) => console.log(`  ${text}`);

/** A client whose every request is told in one line. */
function clientOf(who, options = {}) {
  const fetchAndTell = async (address, init) => {
    const response = await fetch(address, init);
    const { code } = response.ok ? {} : await response.clone().json();
    note(`${who}: ${init.method} ${new URL(address).pathname} -> ${response.status}${code ? ` ${code}` : ''}`);
    return response;
  };
  return new TenantryClient({ url: base, fetch: fetchAndTell, ...options });
}

/** Keeps the tokens of a session, so that another client can try them elsewhere. */
function tokenStore() {
  let kept;
  return { load: () => kept, save: (tokens) => void (kept = tokens) };
}

async function refused(code, request) {
  const error = await request.then(
    () => new Error(`Expected ${code}, but it was allowed.`),
    (reason) => reason,
  );
  if (!isProblem(error, code)) throw error;
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

async function onboard(operator, name, more = {}) {
  const credentials = { email: `owner@${name}.example`, password };
  const owner = { ...credentials, name: `Owner of ${name}` };
  const tenant = await operator.post('/admin/tenants', { body: { slug: `${name}-${run}`, name, owner, ...more } });
  note(
    `tenant ${tenant.slug}, plan ${tenant.plan}, API ${tenant.apiVersion}, schema and role t_${tenant.id.replaceAll('-', '')}`,
  );
  const client = clientOf(`owner of ${name}`, { tenant: tenant.slug });
  await client.signIn(credentials);
  return { ...tenant, owner: client };
}

async function inviteGrace({ name, slug, owner }) {
  const email = `grace@${name}.example`;
  const { invitation } = await owner.post('/users', { body: { email, name: 'Grace', roles: ['member'] } });
  const tokens = tokenStore();
  const grace = clientOf(`Grace of ${name}`, { tenant: slug, tokens });
  await grace.post('/invitations/accept', { body: { token: invitation.token, password } });
  await grace.signIn({ email, password });
  return { grace, tokens };
}

/** Places an order as a program does that was written years ago: it has never heard of versions. */
async function asOldProgram({ slug, owner }, order) {
  const { accessToken } = await owner.post('/auth/login', {
    body: { email: `owner@initech.example`, password },
  });
  const response = await fetch(new URL('/orders', base), {
    method: 'POST',
    headers: { authorization: `Bearer ${accessToken}`, 'x-tenant': slug, 'content-type': 'application/json' },
    body: JSON.stringify(order),
  });
  const version = response.headers.get('api-version');
  note(`an old program of initech: POST /orders -> ${response.status}, API ${version}`);
  return { ...(await response.json()), version };
}

/** What an order is, without what the platform adds. */
function shapeOf({ status, customerName, customerEmail, customer, lines }) {
  return JSON.stringify({ status, customerName, customerEmail, customer, lines }, undefined, 2).split('\n');
}

function sideBySide([leftTitle, left], [rightTitle, right]) {
  const width = Math.max(...left.map(({ length }) => length)) + 4;
  const rows = Math.max(left.length, right.length);
  note(`${`API ${leftTitle}`.padEnd(width)}API ${rightTitle}`);
  for (let row = 0; row < rows; row += 1) note(`${(left[row] ?? '').padEnd(width)}${right[row] ?? ''}`);
}

async function demo() {
  step('1. The operator signs in');
  const operator = clientOf('operator');
  await operator.signInOperator(await operatorCredentials());

  step('2. Two companies are onboarded, each with a Postgres schema and a Postgres role of its own');
  const acme = await onboard(operator, 'acme');
  const globex = await onboard(operator, 'globex');

  step('3. Each owner invites a colleague, who chooses a password and signs in');
  for (const tenant of [acme, globex]) Object.assign(tenant, await inviteGrace(tenant));
  const me = await acme.grace.get('/me');
  note(`she may: ${me.permissions.join(', ')}`);

  step('4. Both write notes');
  for (const tenant of [acme, globex]) {
    tenant.note = await tenant.grace.post('/notes', {
      body: { title: `Plans of ${tenant.name}`, body: 'Only for us.' },
    });
  }

  step('5. Each sees its own');
  for (const { slug, grace } of [acme, globex]) {
    const titles = [];
    for await (const { title } of grace.list('/notes')) titles.push(title);
    note(`${slug}: ${titles.join(', ')}`);
  }

  step('6. A look across is refused');
  await refused('RESOURCE_UNKNOWN', acme.grace.get('/notes/{id}', { params: { id: globex.note.id } }));
  note('a note of globex does not exist for acme');
  const elsewhere = clientOf('Grace of acme at globex', { tenant: globex.slug, tokens: acme.tokens });
  await refused('TENANT_MISMATCH', elsewhere.get('/notes'));
  note('a token of acme is worth nothing at globex');
  await refused('PERMISSION_DENIED', acme.grace.get('/users'));
  note('a member may not see the users, even of acme');

  step('7. The operator suspends acme: it is out at once, globex goes on');
  await operator.post('/admin/tenants/{id}/suspend', { params: { id: acme.id } });
  await refused('TENANT_SUSPENDED', acme.grace.get('/notes'));
  await globex.grace.get('/notes');
  await operator.post('/admin/tenants/{id}/resume', { params: { id: acme.id } });
  await acme.grace.get('/notes');

  step('8. What acme used');
  const { requests } = await acme.owner.get('/usage');
  note(`${requests} API requests so far this month`);

  step('9. A customer whose programs were written for the first version of the API');
  const initech = await onboard(operator, 'initech', { apiVersion: '2026-01-15' });
  const order = await asOldProgram(initech, {
    number: 'A-1',
    customerName: 'Ada',
    customerEmail: 'ada@example.com',
    lines: [{ article: 'Cup', quantity: 2, unitPrice: '9.50' }],
  });
  const now = await initech.owner.get('/orders/{id}', { params: { id: order.id } });
  note('the same order in both shapes:');
  sideBySide([order.version, shapeOf(order)], [API_VERSION, shapeOf(now)]);

  await showCanary({ step, note });

  step('Done.');
  note(`Look around: ${new URL('/docs', base)}   The tenants stay: ${acme.slug}, ${globex.slug}.`);
}

demo().catch((error) => {
  const isDown = error instanceof RequestFailed;
  console.error(`\n${isDown ? `Nothing answers at ${base}: start the server first (npm start).` : error.message}`);
  process.exitCode = 1;
});
