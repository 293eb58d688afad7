import { TenantryClient } from '@tenantry/client';
import { startScratch } from './scratch-installation.mjs';

const NAMES = ['sandbox', 'hooli', 'pied-piper', 'soylent', 'umbrella', 'wonka'];
const UNLUCKY = 'pied-piper';
const NEXT = { TENANTRY_MODULES: './tools/demo/next-release.mjs' };
const password = 'correct-horse-battery';

/** A migration in waves meets data that it does not fit, stops by itself, and ends once they are mended. */
export async function showCanary({ step, note }) {
  step('10. A migration that stops itself, on an installation of its own that is removed afterwards');
  const scratch = await startScratch();
  try {
    const owners = await makeFleet(scratch);
    note(`six tenants, served by this release at ${scratch.url}: ${NAMES.join(', ')}`);
    const twin = await owners[UNLUCKY].post('/notes', { body: { title: 'Plans', body: 'Written twice.' } });
    note(`the next release wants each title once; ${UNLUCKY} has one twice`);

    await migrate(scratch, note);
    await askAll(owners, note);

    step(`11. The owner of ${UNLUCKY} mends it, and the same command does what is left`);
    await owners[UNLUCKY].patch('/notes/{id}', { params: { id: twin.id }, body: { title: 'Plans, again' } });
    note(`owner of ${UNLUCKY}: PATCH /notes/${twin.id} -> 200`);
    await migrate(scratch, note);
    await migrate(scratch, note);
    await askAll(owners, note);
  } finally {
    await scratch.end();
  }
}

async function makeFleet({ url, credentials }) {
  const operator = new TenantryClient({ url });
  await operator.signInOperator(credentials);
  const owners = {};
  for (const slug of NAMES) {
    const owner = { email: `owner@${slug}.example`, password };
    await operator.post('/admin/tenants', { body: { slug, name: slug, owner } });
    owners[slug] = new TenantryClient({ url, tenant: slug });
    await owners[slug].signIn(owner);
    await owners[slug].post('/notes', { body: { title: 'Plans', body: 'Only for us.' } });
  }
  return owners;
}

async function migrate(scratch, note) {
  const args = ['migrate', '--waves', '1,2'];
  note(`$ tenantry ${args.join(' ')}`);
  const { code, lines } = await scratch.tenantry(args, NEXT);
  for (const line of lines) note(`  ${line}`);
  note(`  exit code ${code}`);
}

async function askAll(owners, note) {
  for (const owner of Object.values(owners)) await owner.get('/notes');
  note('GET /notes is answered 200 to all six: the server of the old release serves both shapes');
}
