import { requireInstallation, SecretMismatch } from '@tenantry/tenancy';
import type { Patient } from './examine.js';
import { finding, type Finding } from './finding.js';

/** With another secret no login of the platform's own fits, and nothing more can be asked. */
export async function examinePreparation({ client, secret }: Patient): Promise<Finding> {
  const check = 'the database is prepared, with this secret';
  try {
    await requireInstallation(client, secret);
    return finding(check, true, { remedy: '' });
  } catch (refusal) {
    const remedy =
      refusal instanceof SecretMismatch
        ? 'Set TENANTRY_SECRET to the one it was prepared with; where that is lost see docs/operating.md.'
        : 'tenantry migrate';
    return finding(check, false, { detail: refusal instanceof Error ? refusal.message : '', remedy });
  }
}
