import type pg from 'pg';
import { REFERENCE_SCHEMA, tenantSchema } from '../context/tenant-names.js';
import type { OwnerDatabase } from '../control/owner-database.js';
import { privilegeDifference, type PrivilegeRow } from './privilege-drift.js';
import { differences, type Difference, type Item } from './schema-drift.js';
import { DIGESTS, PRIVILEGES, SHAPES } from './shape-sql.js';

/** What was found in one tenant. */
export interface TenantDrift {
  readonly slug: string;
  readonly schema: string;
  readonly differences: readonly Difference[];
  /** How many were mended, where that was asked for. */
  readonly fixed: number;
}

export interface DriftReport {
  /** Tenants that were compared. */
  readonly compared: number;
  readonly drifted: number;
  /** Tenants whose schemas lack migrations, or have others than the reference: not compared. */
  readonly behind: number;
  readonly differences: number;
  readonly fixed: number;
}

export interface DriftOptions {
  readonly slugs?: readonly string[];
  /** Mends what can be mended without touching a row. */
  readonly fix?: boolean;
  /** Called for each tenant that differs. */
  readonly onTenant?: (drift: TenantDrift) => void;
}

interface Row {
  readonly id: string;
  readonly slug: string;
  readonly same: boolean;
}

/** Schemas in one look at the catalogue. */
const BATCH = 200;

/**
 * Compares tenants' schemas with the reference schema over the catalogue: three queries for each two hundred tenants,
 * and one more for those that differ.
 */
export class FleetDrift {
  constructor(private readonly owner: OwnerDatabase) {}

  run(options: DriftOptions = {}): Promise<DriftReport> {
    return this.owner.withOperationClient(async (client) => {
      const report = { compared: 0, drifted: 0, behind: 0, differences: 0, fixed: 0 };
      const [reference = ''] = (await digests(client, [REFERENCE_SCHEMA])).values();
      let after = '00000000-0000-0000-0000-000000000000';
      for (;;) {
        const rows = await tenants(client, after, options.slugs);
        const last = rows.at(-1);
        if (!last) return report;
        after = last.id;
        const comparable = rows.filter(({ same }) => same);
        report.behind += rows.length - comparable.length;
        report.compared += comparable.length;
        for (const drift of await this.compare(client, comparable, reference)) {
          const fixed = options.fix ? await mend(client, drift.differences) : 0;
          report.drifted += 1;
          report.differences += drift.differences.length;
          report.fixed += fixed;
          options.onTenant?.({ ...drift, fixed });
        }
      }
    });
  }

  private async compare(client: pg.ClientBase, rows: readonly Row[], reference: string): Promise<TenantDrift[]> {
    if (rows.length === 0) return [];
    const slugs = new Map(rows.map(({ id, slug }) => [tenantSchema(id), slug]));
    const found = await digests(client, [...slugs.keys()]);
    const other = [...slugs.keys()].filter((schema) => found.get(schema) !== reference);
    const wrong = await privileges(client, [...slugs.keys()]);
    const shapes = other.length > 0 ? await itemsOf(client, [REFERENCE_SCHEMA, ...other]) : new Map<string, Item[]>();
    const expected = shapes.get(REFERENCE_SCHEMA) ?? [];
    return [...slugs].flatMap(([schema, slug]) => {
      const shape = other.includes(schema) ? differences(expected, shapes.get(schema) ?? [], schema) : [];
      const all = [...shape, ...(wrong.get(schema) ?? [])];
      return all.length > 0 ? [{ slug, schema, differences: all, fixed: 0 }] : [];
    });
  }
}

/** A few tenants, and whether each has exactly the migrations that the reference schema has. */
async function tenants(client: pg.ClientBase, after: string, slugs?: readonly string[]): Promise<Row[]> {
  const { rows } = await client.query<Row>(
    `WITH reference AS MATERIALIZED (SELECT array_agg(name) AS names FROM platform.tenant_migration),
          same AS MATERIALIZED (SELECT id FROM platform.migration_set, reference WHERE migrations @> names AND names @> migrations)
     SELECT t.id, t.slug, EXISTS (SELECT FROM same WHERE same.id = t.migration_set) AS same
     FROM platform.tenant t
     WHERE t.status <> 'provisioning' AND t.id > $1 AND ($2::text[] IS NULL OR t.slug = ANY($2))
       AND NOT EXISTS (SELECT FROM platform.tenant_operation o
                       WHERE o.tenant_id = t.id AND o.kind = 'purge' AND o.status = 'running')
     ORDER BY t.id LIMIT ${BATCH}`,
    [after, slugs ?? null],
  );
  return rows;
}

async function digests(client: pg.ClientBase, schemas: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await client.query<{ schema: string; digest: string }>(DIGESTS, [schemas]);
  return new Map(rows.map(({ schema, digest }) => [schema, digest]));
}

async function itemsOf(client: pg.ClientBase, schemas: readonly string[]): Promise<Map<string, Item[]>> {
  const { rows } = await client.query<Item & { schema: string }>(SHAPES, [schemas]);
  const shapes = new Map<string, Item[]>();
  for (const { schema, ...item } of rows) shapes.set(schema, [...(shapes.get(schema) ?? []), item]);
  return shapes;
}

async function privileges(client: pg.ClientBase, schemas: readonly string[]): Promise<Map<string, Difference[]>> {
  const { rows: who } = await client.query<{ owner: string }>('SELECT current_user AS owner');
  const owner = who[0]?.owner ?? '';
  const { rows } = await client.query<PrivilegeRow>(PRIVILEGES, [schemas, client.escapeIdentifier(owner)]);
  const wrong = new Map<string, Difference[]>();
  for (const row of rows) wrong.set(row.schema, [...(wrong.get(row.schema) ?? []), privilegeDifference(row, owner)]);
  return wrong;
}

/** @returns how many of them were mended; what Postgres refuses stays as it is and is told by the next look */
async function mend(client: pg.ClientBase, drift: readonly Difference[]): Promise<number> {
  let mended = 0;
  await client.query(`SET lock_timeout = '5s'`);
  for (const { fix } of drift) {
    if (!fix) continue;
    try {
      for (const sql of fix) await client.query(sql);
      mended += 1;
    } catch {
      await client.query('RESET search_path');
    }
  }
  await client.query('RESET lock_timeout');
  return mended;
}
