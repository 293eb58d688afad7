import { Logger } from '@nestjs/common';
import type { InstallationSecret, Settings } from '@tenantry/kernel';
import pg from 'pg';
import { StructuredLogger } from '../logging/structured-logger.js';
import { requireDataFolder } from '../administration/installation.js';
import type { Composition } from '../composition/compose-modules.js';
import type { PlatformOptions } from '../start/create-platform.js';
import { environmentSettings } from '../start/environment.js';
import { compose } from '../start/prepare.js';
import { resolveDatabase } from '../start/resolve-database.js';
import { knownSecret } from '../start/resolve-secret.js';
import { examineArchives } from './archives.js';
import { examineFleet } from './fleet.js';
import { finding, type Finding } from './finding.js';
import { examineIsolation } from './isolation.js';
import { examineMachine } from './machine.js';
import { examineMigrations } from './migrations.js';
import { examinePreparation } from './preparation.js';
import { examineServer } from './server.js';
import { examineUpkeep } from './upkeep.js';

/** What the database's examiners are given. */
export interface Patient {
  readonly settings: Settings;
  /** As the login of `DATABASE_URL`. */
  readonly client: pg.Client;
  readonly databaseUrl: string;
  readonly isEmbedded: boolean;
  readonly secret: InstallationSecret;
  /** Undefined where the modules do not load. */
  readonly composition?: Composition;
}

type Examiner = (patient: Patient) => Promise<Finding[]>;

const serverExaminers: Readonly<Record<string, Examiner>> = {
  'the database server': examineServer,
  'its upkeep': examineUpkeep,
};

const installationExaminers: Readonly<Record<string, Examiner>> = {
  isolation: examineIsolation,
  migrations: examineMigrations,
  'the fleet': examineFleet,
  archives: examineArchives,
};

/**
 * Looks at everything that an installation rests on, and changes nothing. What cannot be looked at is a finding too.
 *
 * @throws InvalidSettings
 * @since 0.1.0
 */
export async function examine(options: PlatformOptions = {}): Promise<Finding[]> {
  const settings = options.settings ?? environmentSettings();
  Logger.overrideLogger(new StructuredLogger('silent')); // every finding is in the result
  const findings = await examineMachine(settings);
  let composition: Composition | undefined;
  try {
    composition = await compose(settings, options.modules ?? []);
    const names = composition.metadata.map(({ name }) => name).join(', ');
    findings.push({ check: 'the modules load', severity: 'ok', detail: names });
  } catch (error) {
    findings.push(failed('the modules load', error, 'Mend the module, or take it out of the list of modules.'));
  }
  return [...findings, ...(await examineDatabase(settings, composition))];
}

async function examineDatabase(settings: Settings, composition: Composition | undefined): Promise<Finding[]> {
  const reached = 'the database can be reached';
  try {
    requireDataFolder(settings);
    const secret = await knownSecret(settings);
    if (!secret) return [failed(reached, 'no secret is known', 'Set TENANTRY_SECRET to the one it was prepared with.')];
    const database = await resolveDatabase(settings);
    const client = new pg.Client({
      connectionString: database.url,
      application_name: 'tenantry doctor',
      connectionTimeoutMillis: 5_000,
      query_timeout: settings.get('TENANTRY_STATEMENT_TIMEOUT'),
    });
    client.on('error', () => undefined); // the query that is under way says so
    try {
      await client.connect();
      const findings: Finding[] = [{ check: reached, severity: 'ok', detail: whereIs(database.url) }];
      const { url: databaseUrl, isEmbedded } = database;
      const patient = { settings, client, databaseUrl, isEmbedded, secret, composition };
      findings.push(...(await attemptAll(serverExaminers, patient)));
      const prepared = await examinePreparation(patient);
      findings.push(prepared);
      return prepared.severity === 'ok'
        ? [...findings, ...(await attemptAll(installationExaminers, patient))]
        : findings;
    } finally {
      await client.end();
      await database.close();
    }
  } catch (error) {
    return [failed(reached, error, remedyFor(error))];
  }
}

/** @see https://nodejs.org/docs/latest-v20.x/api/tls.html#x509-certificate-error-codes */
function remedyFor(error: unknown): string {
  const { code = '' } = error as NodeJS.ErrnoException;
  if (/CERT|UNABLE_TO|SELF_SIGNED|ALTNAME/.test(code))
    return 'Renew the certificate of the database, or name its authority: sslrootcert= in DATABASE_URL.';
  return 'Check DATABASE_URL, the server and the network between; start a server first.';
}

async function attemptAll(examiners: Readonly<Record<string, Examiner>>, patient: Patient): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const [part, look] of Object.entries(examiners)) findings.push(...(await attempt(part, look, patient)));
  return findings;
}

async function attempt(part: string, look: Examiner, patient: Patient): Promise<Finding[]> {
  try {
    return await look(patient);
  } catch (error) {
    return [failed(`${part} can be examined`, error, 'Run `tenantry migrate`, then examine again.')];
  }
}

function failed(check: string, error: unknown, remedy: string): Finding {
  return finding(check, false, { detail: error instanceof Error ? error.message : String(error), remedy });
}

/** Without user and password. */
function whereIs(url: string): string {
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`;
}
