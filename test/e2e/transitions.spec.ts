import { NotesModule } from '@tenantry/example-notes';
import { TENANT_EVENTS } from '@tenantry/tenancy';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { USER_EVENTS } from '../../libs/auth/src/users/user-events.js';
import { exportOf, imported } from '../support/archives.js';
import { eventually } from '../support/eventually.js';
import { EverythingHeard, listeningModule, type HeardEvent } from '../support/everything-heard.module.js';
import { MarksModule } from '../support/marks.module.js';
import { succeeded } from '../support/operations.js';
import { NEWEST } from '../support/order-history.js';
import { PASSWORD, startPlatform, type TestPlatform, type TestTenant } from '../support/test-platform.js';
import { schemaOf } from '../support/test-users.js';
import { migrateBeside, sameAs, type Case } from '../support/transition-case.js';
import { watchTransactions, type Witness } from '../support/witness.js';

const TYPES = [...TENANT_EVENTS, ...USER_EVENTS].map(({ type }) => type);
const Listening = listeningModule(TYPES);
const told = new Set<string>();

let platform: TestPlatform;
let witness: Witness;
let acme: TestTenant;
let globex: TestTenant;
let archive: Buffer;
let user: string;
let invitation: string;

beforeAll(async () => {
  platform = await startPlatform({ modules: [NotesModule, Listening] });
  [acme, globex] = [await platform.createTenant('acme'), await platform.createTenant('globex')];
  await platform.database.admin(`UPDATE platform.tenant SET api_version = '2026-11-01' WHERE slug = 'acme'`);
  const control = ['tenant', 'tenant_operation', 'tenant_export'].map((table) => `platform.${table}`);
  const own = ['user_account', 'invitation'].map((table) => `${schemaOf(acme)}.${table}`);
  witness = await watchTransactions(platform.database, [...control, ...own]);
});

afterAll(() => platform.close());

const heard = () => platform.platform.app.get(EverythingHeard, { strict: false }).events;
const quiet = () =>
  eventually(
    'everything is told',
    async () => (await platform.database.admin('SELECT FROM platform.job')).length === 0,
  );
const at = (path = '') => `/admin/tenants/${acme.id}${path}`;
const post = (path: string, body: object = {}) => platform.operator.post(at(path), body);
const patch = (body: object) => platform.operator.patch(at(), body);
const ofUser = (body: object) => acme.owner.patch(`/users/${user}`, body);
const there = () => platform.anyone.with({ 'x-tenant': 'acme' });

const anything = expect.any(String) as string;
const TABLE: readonly Case[] = [
  [
    'a tenant is made',
    () => platform.createTenant('fresh'),
    'tenant.created',
    () => ({ slug: 'fresh', name: 'Tenant fresh', plan: 'free' }),
    'tenant UPDATE',
    'fresh',
  ],
  ['it is suspended', () => post('/suspend'), 'tenant.suspended', () => ({ slug: 'acme' }), 'tenant UPDATE'],
  [
    'it is resumed',
    () => post('/resume'),
    'tenant.resumed',
    () => ({ slug: 'acme', from: 'suspended' }),
    'tenant UPDATE',
    'acme',
  ],
  [
    'it is put under maintenance',
    () => post('/maintenance'),
    'tenant.maintenance-began',
    () => ({ slug: 'acme' }),
    'tenant UPDATE',
  ],
  [
    'its maintenance ends',
    () => post('/resume'),
    'tenant.maintenance-ended',
    () => ({ slug: 'acme' }),
    'tenant UPDATE',
    'acme',
  ],
  [
    'it gets another plan',
    () => patch({ plan: 'team' }),
    'tenant.plan-changed',
    () => ({ from: 'free', to: 'team' }),
    'tenant UPDATE',
    'acme',
  ],
  [
    'its name and settings change',
    () => patch({ name: 'Acme Ltd', settings: { colour: 'red' } }),
    'tenant.changed',
    () => ({ slug: 'acme', changed: ['name', 'settings'] }),
    'tenant UPDATE',
    'acme',
  ],
  [
    'it moves to another version of the API',
    () => acme.owner.patch('/settings/api-version', { apiVersion: NEWEST }),
    'tenant.api-version-changed',
    () => ({ from: '2026-11-01', to: NEWEST }),
    'tenant UPDATE',
    'acme',
  ],
  [
    'a user is made',
    async () =>
      (user = String((await acme.owner.post('/users', { email: 'ada@acme.example', password: PASSWORD })).body['id'])),
    'users.user-created',
    () => ({ id: user, roles: ['member'], invited: false }),
    'user_account INSERT',
    'acme',
  ],
  [
    'a user is renamed',
    () => ofUser({ name: 'Ada' }),
    'users.user-changed',
    () => ({ id: user }),
    'user_account UPDATE',
    'acme',
  ],
  [
    'a user gets other roles',
    () => ofUser({ roles: ['admin'] }),
    'users.user-roles-changed',
    () => ({ id: user, from: ['member'], to: ['admin'] }),
    'user_account UPDATE',
    'acme',
  ],
  [
    'a user is disabled',
    () => ofUser({ disabled: true }),
    'users.user-disabled',
    () => ({ id: user }),
    'user_account UPDATE',
    'acme',
  ],
  [
    'a user is enabled',
    () => ofUser({ disabled: false }),
    'users.user-enabled',
    () => ({ id: user }),
    'user_account UPDATE',
    'acme',
  ],
  [
    'a user is removed',
    () => acme.owner.delete(`/users/${user}`),
    'users.user-removed',
    () => ({ id: user }),
    'user_account DELETE',
    'acme',
  ],
  [
    'an owner who lost the invitation is invited anew',
    async () => {
      await platform.database.admin(`UPDATE ${schemaOf(acme)}.user_account SET password_hash = NULL`);
      invitation = String((await post('/owner-invitation')).body['token']);
    },
    'users.user-invited',
    () => ({ id: anything, expiresAt: anything }),
    'invitation INSERT',
    'acme',
  ],
  [
    'an invitation is accepted',
    () => there().post('/invitations/accept', { token: invitation, password: PASSWORD }),
    'users.invitation-accepted',
    () => ({ id: anything }),
    'invitation DELETE',
    'acme',
  ],
  [
    'an archive of it is written',
    async () => (archive = await exportOf(platform, acme)),
    'tenant.exported',
    () => ({ slug: 'acme', exportId: anything }),
    'tenant_export INSERT',
    'acme',
  ],
  [
    'its rows are replaced by an archive’s',
    () => imported(platform.operator, archive, { tenant: 'acme', replace: 'true', confirm: 'acme' }),
    'tenant.replaced',
    () => ({ slug: 'acme' }),
    'tenant_operation UPDATE',
    'acme',
  ],
  [
    'a tenant is made of an archive',
    () => imported(platform.operator, archive, { slug: 'copied' }),
    'tenant.imported',
    () => ({ slug: 'copied' }),
    'tenant UPDATE',
    'copied',
  ],
  [
    'it is cloned with its rows',
    async () => succeeded(platform.operator, await post('/clone', { slug: 'twin', name: 'Twin', data: true })),
    'tenant.cloned',
    () => ({ slug: 'twin', source: acme.id, data: true }),
    'tenant UPDATE',
    'twin',
  ],
  [
    'it is cloned without its rows',
    async () =>
      succeeded(
        platform.operator,
        await post('/clone', { slug: 'shell', name: 'Shell', data: false, owner: { email: 'o@shell.example' } }),
      ),
    'tenant.cloned',
    () => ({ slug: 'shell', source: acme.id, data: false }),
    'tenant UPDATE',
    'shell',
  ],
  [
    'its tables get a newer shape',
    () => migrateBeside(platform, [NotesModule, Listening, MarksModule]),
    'tenant.migrated',
    () => ({ slug: 'acme', migrations: [expect.stringMatching(/^mark\//) as string] }),
    'tenant UPDATE',
    'acme',
  ],
  [
    'it is renamed',
    () => patch({ slug: 'acme-two' }),
    'tenant.renamed',
    () => ({ from: 'acme', to: 'acme-two' }),
    'tenant UPDATE',
    'acme-two',
  ],
  [
    'it is deleted',
    () => platform.operator.delete(at()),
    'tenant.deleted',
    () => ({ slug: 'acme-two', purgeAfter: anything }),
    'tenant UPDATE',
  ],
  [
    'it is brought back',
    () => post('/resume'),
    'tenant.resumed',
    () => ({ slug: 'acme-two', from: 'deleted' }),
    'tenant UPDATE',
    'acme-two',
  ],
  [
    'it is purged',
    () => platform.operator.delete(at('?purge=true&confirm=acme-two')),
    'tenant.purged',
    () => ({ slug: 'acme-two' }),
    'tenant DELETE',
  ],
];

const CASES = TABLE.map(([what, act, type, payload, beside, inside]) => ({ what, act, type, payload, beside, inside }));

it.each(CASES)(
  'when $what, listeners are told, by an event of the same transaction',
  async ({ act, type, payload, beside, inside }) => {
    await quiet();
    const from = heard().length;
    await act();
    await quiet();
    const found = heard()
      .slice(from)
      .filter((event) => event.type === type && sameAs(event.payload, payload()));
    expect(found, JSON.stringify(heard().slice(from))).toHaveLength(1);
    const [event = {} as HeardEvent] = found;
    expect(event.inside).toBe(inside);
    expect(await witness.besideEvent(event.id)).toContain(beside);
    told.add(type);
  },
);

it('leaves out none of the events that are declared', () => {
  expect([...told].sort()).toEqual([...TYPES].sort());
  const others = heard().filter(({ tenantId }) => tenantId === globex.id);
  expect(others.map(({ type }) => type).sort()).toEqual(['tenant.created', 'tenant.migrated', 'users.user-created']);
});

it('names the schema of each payload as its class is called', () => {
  const schemas = new Map([...TENANT_EVENTS, ...USER_EVENTS].map(({ type, payload }) => [type, payload.name]));
  for (const { type, schema } of heard()) expect(schema).toBe(schemas.get(type));
});
