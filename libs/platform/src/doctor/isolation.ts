import { loginUrl, probeIsolation } from '@tenantry/tenancy';
import { finding, type Finding } from './finding.js';
import type { Patient } from './examine.js';
import { examinePooler, poolerUrl } from './pooler.js';

/** What keeps tenants apart: roles, revokes, grants and the pooler, by the probe of the start. */
export async function examineIsolation(patient: Patient): Promise<Finding[]> {
  const { settings, secret, databaseUrl } = patient;
  const installation = settings.get('TENANTRY_INSTALLATION');
  const pooler = await examinePooler(patient);
  const findings = await probeIsolation({
    appUrl: loginUrl(databaseUrl, secret, installation, 'app'),
    poolerUrl: pooler.some(({ severity }) => severity === 'error') ? undefined : poolerUrl(patient),
    isPoolerPrepared: settings.get('TENANTRY_POOLER_PREPARED'),
    installation,
    enforce: false,
  });
  return [
    ...findings.map(({ check, ok, detail, remedy = '', isWarning }) =>
      finding(check, ok, { detail, remedy, otherwise: isWarning ? 'warning' : 'error' }),
    ),
    ...pooler,
  ];
}
