/** One thing in which a tenant's schema is not as it should be. */
export interface Difference {
  /** Such as `column`, `index`, `grant`. */
  readonly kind: string;
  /** Such as `note.title`. */
  readonly name: string;
  readonly what: 'missing' | 'extra' | 'changed';
  /** What the reference has. */
  readonly expected?: string;
  /** What the tenant has. */
  readonly found?: string;
  /** What to do about it, in words. */
  readonly remedy: string;
  /** SQL that mends it without touching a row, where there is such. */
  readonly fix?: readonly string[];
}

export interface Item {
  readonly kind: string;
  readonly name: string;
  readonly definition: string;
}

/** What differs between what a schema should have and what it has. */
export function differences(expected: readonly Item[], found: readonly Item[], schema: string): Difference[] {
  const key = ({ kind, name }: Item) => `${kind} ${name}`;
  const has = new Map(found.map((item) => [key(item), item]));
  const should = new Map(expected.map((item) => [key(item), item]));
  const tables = new Set(found.filter(({ kind }) => kind === 'table').map(({ name }) => name));
  const missingOrChanged = expected.flatMap((item) => {
    const own = has.get(key(item));
    if (own?.definition === item.definition) return [];
    // Of a table that is not there nothing else is told.
    if (!own && item.kind !== 'table' && !tables.has(tableOf(item)))
      return item.name.includes('.') ? [] : [missing(item, schema, tables)];
    return [own ? changed(item, own, schema) : missing(item, schema, tables)];
  });
  const expectedTables = new Set(expected.filter(({ kind }) => kind === 'table').map(({ name }) => name));
  const extra = found
    .filter((item) => !should.has(key(item)) && (!item.name.includes('.') || expectedTables.has(tableOf(item))))
    .map(({ kind, name, definition }): Difference => {
      const remedy = `no migration made it: find out who did, then drop it or bring it by a migration`;
      return { kind, name, what: 'extra', found: definition, remedy };
    });
  return [...missingOrChanged, ...extra];
}

function missing(item: Item, schema: string, tables: ReadonlySet<string>): Difference {
  const { kind, name, definition } = item;
  const fix = fixOf(item, schema, tables);
  const remedy = fix
    ? 'tenantry drift --fix makes it again'
    : 'bring it back by hand or by a migration: whether rows allow it has to be looked at';
  return { kind, name, what: 'missing', expected: definition, remedy, ...(fix && { fix }) };
}

function changed(item: Item, own: Item, schema: string): Difference {
  const { kind, name, definition: expected } = item;
  const { definition: found } = own;
  if (kind === 'index' && found === `${expected} INVALID`) {
    const fix = [`DROP INDEX CONCURRENTLY ${schema}.${quoted(name)}`, concurrently(expected, schema)];
    return { kind, name, what: 'changed', expected, found, remedy: 'tenantry drift --fix makes it again', fix };
  }
  const remedy = 'bring it back by hand or by a migration: whether rows allow it has to be looked at';
  return { kind, name, what: 'changed', expected, found, remedy };
}

/** Only what touches no row: an index that no constraint brings along, a default. */
function fixOf({ kind, name, definition }: Item, schema: string, tables: ReadonlySet<string>): string[] | undefined {
  const [table = '', column = ''] = name.split('.');
  if (kind === 'default' && tables.has(table) && !/nextval\(/.test(definition))
    return [
      `SET search_path = ${schema}, extensions`,
      `ALTER TABLE ${quoted(table)} ALTER COLUMN ${quoted(column)} SET DEFAULT ${definition}`,
      'RESET search_path',
    ];
  if (kind === 'index' && !/^CREATE UNIQUE/.test(definition)) return [concurrently(definition, schema)];
  return undefined;
}

/** The definition is Postgres' own, with the schema's name taken out. */
function concurrently(definition: string, schema: string): string {
  return definition
    .replace(/ INVALID$/, '')
    .replace(/^CREATE (UNIQUE )?INDEX /, 'CREATE $1INDEX CONCURRENTLY ')
    .replace(/ ON (ONLY )?/, (on) => `${on}${schema}.`);
}

function tableOf({ name }: Item): string {
  return name.split('.')[0] ?? '';
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
