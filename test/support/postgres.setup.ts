import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startEmbeddedPostgres } from '../../libs/embedded/src/index.js';
import type { ChaosLength } from './chaos.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** Connection string of a superuser of the Postgres that this run started. */
    postgresUrl: string;
    chaos: ChaosLength;
  }
}

/**
 * One Postgres for the whole run: the embedded one, or the programs in TEST_POSTGRES_BIN
 * (for example /usr/lib/postgresql/15/bin). Durability is off: the data is thrown away.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'tenantry-test-'));
  await chmod(folder, 0o755); // as root, Postgres runs as another user, who must get in
  const postgres = await startEmbeddedPostgres({
    dataDir: join(folder, 'postgres'),
    binDir: process.env['TEST_POSTGRES_BIN'],
    settings: { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off', max_connections: 300 },
  });
  project.provide('postgresUrl', postgres.url);
  const { CHAOS_ROUNDS, CHAOS_SEED } = process.env;
  project.provide('chaos', { rounds: Number(CHAOS_ROUNDS ?? 1), seed: Number(CHAOS_SEED ?? 0) });
  return async () => {
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  };
}
