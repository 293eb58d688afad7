import type { Type } from '@nestjs/common';
import { NotesModule } from '@tenantry/example-notes';
import { createPlatform, StructuredLogger, type Platform } from '@tenantry/platform';
import { contractsOf } from './contracts.js';
import { spokenModules } from './spoken-version.js';
import { createTestDatabase, type TestDatabase } from './test-database.js';
import { TestClient } from './test-client.js';

export const OPERATOR = { email: 'operator@example.com', password: 'operator-password-1' };
export const PASSWORD = 'correct-horse-battery';

/** A tenant with a signed-in owner. */
export interface TestTenant {
  readonly id: string;
  readonly slug: string;
  /** Calls the API as the owner. */
  readonly owner: TestClient;
}

/** A platform that listens, over a database of its own. */
export interface TestPlatform {
  readonly platform: Platform;
  readonly database: TestDatabase;
  readonly url: string;
  /** Nobody in particular. */
  readonly anyone: TestClient;
  readonly operator: TestClient;
  /** Everything that was logged so far. */
  readonly log: string[];
  createTenant(slug: string): Promise<TestTenant>;
  /** A second process's worth of platform over the same database, with the same modules or with others. */
  another(modules?: readonly Type[]): Promise<TestPlatform>;
  close(): Promise<void>;
}

export interface TestPlatformOptions {
  readonly modules?: readonly Type[];
  readonly environment?: Record<string, string>;
  /** Whether clients that name no version speak that of the run; not where pins are what is tested. Absent: they do. */
  readonly speaks?: boolean;
}

export async function startPlatform(options: TestPlatformOptions = {}): Promise<TestPlatform> {
  const database = await createTestDatabase({
    PORT: '0',
    HOST: '127.0.0.1',
    TENANTRY_LOG_LEVEL: 'info',
    TENANTRY_WARM_POOL_MAX: '0', // what counts schemas must not meet those that wait; suites about them say otherwise
    ...options.environment,
  });
  const first = await startPlatformOver(database, options);
  return { ...first, close: () => first.close().finally(() => database.drop()) };
}

export async function startPlatformOver(database: TestDatabase, options: TestPlatformOptions): Promise<TestPlatform> {
  const log: string[] = [];
  const logger = new StructuredLogger(database.settings.get('TENANTRY_LOG_LEVEL'), {
    write: (line: string) => void log.push(line),
  });
  const platform = await createPlatform({
    modules: [...(options.modules ?? [NotesModule]), ...spokenModules()],
    settings: database.settings,
    logger,
  });
  const url = await platform.listen();
  const anyone = new TestClient(url, {}, contractsOf(platform.app), options.speaks === false);
  const operator = await anyone.signIn('/admin/auth/login', OPERATOR);
  const createTenant = async (slug: string): Promise<TestTenant> => {
    const owner = { email: `owner@${slug}.example`, password: PASSWORD };
    const made = await operator.post('/admin/tenants', { slug, name: `Tenant ${slug}`, owner });
    if (made.status !== 201) throw new Error(`Tenant ${slug}: ${made.status} ${JSON.stringify(made.body)}`);
    const client = await anyone.with({ 'x-tenant': slug }).signIn('/auth/login', owner);
    return { id: String(made.body['id']), slug, owner: client.with({ 'x-tenant': slug }) };
  };
  return {
    platform,
    database,
    url,
    anyone,
    operator,
    log,
    createTenant,
    another: (modules = options.modules) => startPlatformOver(database, { ...options, modules }),
    close: () => platform.stop(),
  };
}
