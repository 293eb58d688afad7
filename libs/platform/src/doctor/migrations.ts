import { loginUrl, OwnerDatabase, pendingPlatformMigrations } from '@tenantry/tenancy';
import { finding, type Finding } from './finding.js';
import type { Patient } from './examine.js';

const REMEDY = 'tenantry migrate';

/** Whether the database has what this code needs. */
export async function examineMigrations(patient: Patient): Promise<Finding[]> {
  const { settings, secret, databaseUrl, composition } = patient;
  if (!composition) return [];
  const owner = new OwnerDatabase(loginUrl(databaseUrl, secret, settings.get('TENANTRY_INSTALLATION'), 'owner'));
  try {
    const pending = await pendingPlatformMigrations(owner, composition.metadata);
    const schema = finding('the control schema is current', pending.length === 0, {
      detail: pending.length > 0 ? `it lacks ${pending.join(', ')}` : '',
      remedy: REMEDY,
    });
    if (pending.length > 0) return [schema];
    const names = composition.metadata.flatMap(({ name, tenantMigrations = [] }) =>
      tenantMigrations.map((migration) => `${name}/${migration.name}`),
    );
    const { rows } = await owner.withClient((connection) =>
      connection.query<{ slug: string }>(
        `SELECT t.slug FROM platform.tenant t LEFT JOIN platform.migration_set s ON s.id = t.migration_set
         WHERE t.status <> 'provisioning' AND NOT coalesce(s.migrations, '{}') @> $1::text[] ORDER BY t.created_at`,
        [names],
      ),
    );
    const behind = finding('every tenant has the migrations of this code', rows.length === 0, {
      detail: rows.length > 0 ? `${rows.length} behind, answering 503: ${firstOf(rows.map(({ slug }) => slug))}` : '',
      remedy: REMEDY,
    });
    return [schema, behind];
  } finally {
    await owner.onApplicationShutdown();
  }
}

function firstOf(names: readonly string[]): string {
  return names.slice(0, 5).join(', ') + (names.length > 5 ? ', ...' : '');
}
