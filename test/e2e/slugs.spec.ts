import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { itemsOf } from '../support/test-client.js';
import { startPlatform, type TestPlatform, type TestTenant } from '../support/test-platform.js';

let platform: TestPlatform;
let acme: TestTenant;
let globex: TestTenant;
let privilegesBefore: unknown;
/** Ids of the tenants that were made, acme and globex included. */
const made: string[] = [];

beforeAll(async () => {
  platform = await startPlatform();
  [acme, globex] = [await platform.createTenant('acme'), await platform.createTenant('globex')];
  made.push(acme.id, globex.id);
  await acme.owner.post('/notes', { title: 'of acme', body: '' });
  privilegesBefore = await privilegesOf(acme);
});

afterAll(() => platform.close());

/** Who may do what in the tenant's schema, and who may become its role. */
function privilegesOf({ id }: TestTenant): Promise<unknown> {
  return platform.database.admin(
    `SELECT n.nspname, n.nspacl::text AS schema_acl, n.nspowner::regrole::text AS owner, r.rolcanlogin, r.rolinherit, r.rolsuper,
            (SELECT array_agg(c.relname || ' ' || c.relacl::text ORDER BY c.relname) FROM pg_class c
             WHERE c.relnamespace = n.oid AND c.relkind = 'r') AS tables,
            (SELECT array_agg(m.member::regrole::text ORDER BY 1) FROM pg_auth_members m WHERE m.roleid = r.oid) AS members
     FROM pg_namespace n JOIN pg_roles r ON r.rolname = n.nspname WHERE n.nspname = $1`,
    [`t_${id.replaceAll('-', '')}`],
  );
}

async function create(slug: unknown): Promise<{ status: number; code: unknown }> {
  const body = { slug, name: 'Of a hostile name', owner: { email: 'owner@example.com' } };
  const answer = await platform.operator.post('/admin/tenants', body);
  if (answer.status === 201) made.push(String(answer.body['id']));
  return { status: answer.status, code: answer.body['code'] };
}

const malformed = {
  'nothing at all': '',
  'one character': 'a',
  'two characters': 'ab',
  '64 characters': 'a'.repeat(64),
  '200 characters': 'a'.repeat(200),
  'a megabyte less a little': 'a'.repeat(1_000_000),
  blank: '   ',
  'a space within': 'ac me',
  'a new line at the end': 'acme\n',
  'a tab': 'ac\tme',
  'upper case': 'ACME',
  'one upper-case letter': 'Acme',
  'an underscore': 'a_b',
  'the name of a schema': `t_${'0'.repeat(32)}`,
  'the prefix of Postgres': 'pg_catalog',
  'a schema of ours': 'tenantry_reference',
  'a catalogue': 'information_schema',
  'a dash first': '-acme',
  'a dash last': 'acme-',
  'two dashes': 'ac--me',
  'a digit first': '1acme',
  'a dot': 'acme.evil',
  'a path': '../acme',
  'a slash': 'acme/globex',
  'a backslash': 'acme\\globex',
  'a percent sign': '%61cme',
  'a single quote': "acme'",
  'a double quote': 'acme"',
  'a quoted identifier': '"public"',
  'a back quote': 'a`b`c',
  'a dollar quote': '$$acme$$',
  'a semicolon': 'acme;globex',
  'a comma': 'acme,globex',
  'a comment': 'acme/**/',
  'SQL that drops': `x"; DROP SCHEMA platform CASCADE; --`,
  'SQL that drops a table': `acme'; DROP TABLE platform.tenant; --`,
  'SQL that grants': `acme" AUTHORIZATION postgres; GRANT ALL ON SCHEMA public TO PUBLIC; --`,
  'SQL that is always true': `' OR '1'='1`,
  NUL: 'ac\u0000me',
  'a control character': 'ac\u0007me',
  'full-width letters': '\uff41\uff43\uff4d\uff45',
  'a dotless i': 'ac\u0131me',
  'a capital i with a dot': '\u0130acme',
  'the Kelvin sign': '\u212ailo',
  'a combining accent': 'acme\u0301',
  'a composed accent': 'acm\u00e9',
  'Cyrillic look-alikes': '\u0430\u0441me',
  'an emoji': 'acme\ud83d\ude80',
  'half an emoji': 'acme\ud83d',
  'right to left': '\u202eemca',
  Hebrew: '\u05d0\u05d1\u05d2',
  'a zero-width space': 'ac\u200bme',
  'a soft hyphen': 'ac\u00adme',
  'a long s': '\u017facme',
  __proto__: '__proto__',
  'a template': '${acme}',
  'a format': '%s%s%n',
  'a mail header': 'acme\r\nX-Tenant: globex',
  'a whole UUID': '0198f5a0-0000-7000-8000-000000000000',
};

const reserved = [
  'public',
  'admin',
  'api',
  'www',
  'platform',
  'tenantry',
  'postgres',
  'localhost',
  'null',
  'undefined',
  'pg-x',
  't-acme',
  'xn-acme',
  'well-known',
];

describe('a slug', () => {
  it.each(Object.entries(malformed))('of %s is refused', async (_, slug) => {
    const { status, code } = await create(slug);
    expect([400, 413, 422]).toContain(status);
    if (status === 422) expect(code).toBe('TENANT_SLUG_INVALID');
  });

  it.each(reserved)('%s is reserved', async (slug) => {
    expect(await create(slug)).toEqual({ status: 422, code: 'TENANT_SLUG_RESERVED' });
  });

  it.each(
    [null, undefined, 0, 42, true, [], ['acme-two'], {}, { toString: 'acme' }, { $ne: '' }, [['a']]].map((slug) => [
      slug,
    ]),
  )('that is %j instead of a text is refused', async (slug) => {
    expect(await create(slug)).toEqual({ status: 400, code: 'REQUEST_INVALID' });
  });

  it.each([null, 0, {}, ['acme-two']].map((slug) => [slug]))('cannot be changed to %j', async (slug) => {
    const answer = await platform.operator.patch(`/admin/tenants/${acme.id}`, { slug });
    expect([200, 400, 422]).toContain(answer.status);
    expect((await platform.operator.get(`/admin/tenants/${acme.id}`)).body['slug']).toBe('acme');
  });

  it('that is fine differs from one that differs in the last of its 63 characters only', async () => {
    for (const end of ['x', 'y']) expect((await create('a'.repeat(62) + end)).status).toBe(201);
    expect((await create(`${'a'.repeat(62)}x`)).code).toBe('TENANT_SLUG_TAKEN');
  });

  it.each(['abc', 'a-b', 'a9-9z', 'null-pointer', 'select', 'user', 'default', 'drop-table'])(
    '%s makes a tenant',
    async (slug) => {
      expect((await create(slug)).status).toBe(201);
    },
  );

  it('that is not well-formed is refused by PATCH as by POST', async () => {
    const others = [...Object.values(malformed), ...reserved];
    const statuses = await Promise.all(
      others.map(async (slug) => (await platform.operator.patch(`/admin/tenants/${globex.id}`, { slug })).status),
    );
    expect(new Set(statuses.filter((status) => ![400, 413, 422].includes(status)))).toEqual(new Set());
    expect((await platform.operator.get(`/admin/tenants/${globex.id}`)).body['slug']).toBe('globex');
  });
});

describe('after all of them', () => {
  it('there is one schema and one role for each tenant that was made, and nothing else', async () => {
    const schemas = await platform.database.admin<{ nspname: string }>(
      `SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' ORDER BY 1`,
    );
    const own = made.map((id) => `t_${id.replaceAll('-', '')}`);
    const fixed = ['extensions', 'platform', 'public', 'tenantry_reference', 'tenantry_worker'];
    expect(schemas.map(({ nspname }) => nspname)).toEqual([...fixed, ...own].sort());
    const roles = await platform.database.admin<{ rolname: string }>(
      'SELECT rolname FROM pg_roles WHERE rolname = ANY($1)',
      [own],
    );
    expect(roles).toHaveLength(own.length);
    const tenants = await platform.database.admin<{ id: string }>('SELECT id FROM platform.tenant ORDER BY id');
    expect(tenants.map(({ id }) => id)).toEqual([...made].sort());
  });

  it('no operation is left unfinished', async () => {
    expect(
      await platform.database.admin(`SELECT id FROM platform.tenant_operation WHERE status <> 'succeeded'`),
    ).toEqual([]);
  });

  it('the tenants that were there have their data and their privileges, and no more', async () => {
    expect(itemsOf(await acme.owner.get('/notes')).map(({ title }) => title)).toEqual(['of acme']);
    expect(itemsOf(await globex.owner.get('/notes'))).toEqual([]);
    expect(await privilegesOf(acme)).toEqual(privilegesBefore);
    expect((await acme.owner.with({ 'x-tenant': 'globex' }).get('/notes')).status).toBe(403);
  });
});
