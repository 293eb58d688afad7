import { ArchiveFolder } from '@tenantry/onboarding';
import { loginUrl, OwnerDatabase } from '@tenantry/tenancy';
import { finding, type Finding } from './finding.js';
import type { Patient } from './examine.js';

const NEWEST = 1000;

/** Whether the archives that the installation knows of are where this machine looks for them. */
export async function examineArchives({ settings, secret, databaseUrl }: Patient): Promise<Finding[]> {
  const owner = new OwnerDatabase(loginUrl(databaseUrl, secret, settings.get('TENANTRY_INSTALLATION'), 'owner'));
  const folder = new ArchiveFolder(settings);
  try {
    const { rows } = await owner.withClient((client) =>
      client.query<{ id: string; file: string }>(
        `SELECT id, file FROM platform.tenant_export WHERE coalesce(expires_at > now(), true) ORDER BY created_at DESC LIMIT ${NEWEST}`,
      ),
    );
    const sizes = await Promise.allSettled(rows.map(({ file }) => folder.size(file)));
    const gone = rows.filter((_, index) => sizes[index]?.status === 'rejected').map(({ id }) => id);
    return [
      finding('every archive is in its folder', gone.length === 0, {
        detail:
          gone.length > 0
            ? `not in ${folder.path}: ${gone.slice(0, 5).join(', ')} (${gone.length} of ${rows.length})`
            : '',
        remedy:
          'Let all servers share TENANTRY_EXPORT_DIR, or look on the other machines; else DELETE /admin/exports/{id}.',
        otherwise: 'warning',
      }),
    ];
  } finally {
    await owner.onApplicationShutdown();
  }
}
