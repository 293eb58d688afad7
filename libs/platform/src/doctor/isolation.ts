import { loginUrl, probeIsolation } from '@tenantry/tenancy';
import { finding, type Finding } from './finding.js';
import type { Patient } from './examine.js';

/** What keeps tenants apart: roles, revokes, grants and the pooler, by the probe of the start. */
export async function examineIsolation({ settings, secret, databaseUrl }: Patient): Promise<Finding[]> {
  const installation = settings.get('TENANTRY_INSTALLATION');
  const pooler = settings.get('TENANTRY_POOLER_URL');
  const findings = await probeIsolation({
    appUrl: loginUrl(databaseUrl, secret, installation, 'app'),
    poolerUrl: pooler && loginUrl(pooler, secret, installation, 'app'),
    isPoolerPrepared: settings.get('TENANTRY_POOLER_PREPARED'),
    installation,
    enforce: false,
  });
  return findings.map(({ check, ok, detail, remedy = '', isWarning }) =>
    finding(check, ok, { detail, remedy, otherwise: isWarning ? 'warning' : 'error' }),
  );
}
