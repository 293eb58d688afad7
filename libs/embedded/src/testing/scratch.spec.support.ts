import { chmod, mkdtemp, realpath, rm, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { clusterPaths } from '../cluster/cluster-paths.js';
import type { EmbeddedPostgres, EmbeddedPostgresOptions } from '../embedded-postgres.options.js';
import { killServer } from '../server/stop-server.js';
import { startEmbeddedPostgres } from '../start-embedded-postgres.js';
import { STATE_HOME } from '../state/state-home.js';

/** A folder in the system's temporary one, open to Postgres' account, with what was started in it. */
export class Scratch {
  private constructor(readonly folder: string) {}

  static async make(): Promise<Scratch> {
    const folder = await realpath(await mkdtemp(join(tmpdir(), 'tenantry-embedded-')));
    await chmod(folder, 0o755);
    return new Scratch(folder);
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** Starts without waiting for the disk, which tests do not need. */
  start(name = 'pg', options: Partial<EmbeddedPostgresOptions> = {}): Promise<EmbeddedPostgres> {
    return startEmbeddedPostgres({ dataDir: this.path(name), settings: { fsync: 'off' }, ...options });
  }

  /** Ends the servers of the named data folders, whatever became of them, and removes everything. */
  async clean(...names: string[]): Promise<void> {
    for (const name of names.length > 0 ? names : ['pg']) {
      const { dataDir, refuge } = await clusterPaths(this.path(name));
      await killServer(dataDir);
      await killServer(refuge);
      await rm(dirname(refuge), { recursive: true, force: true, maxRetries: 5 });
    }
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
    await rmdir(STATE_HOME).catch(() => undefined); // unless others keep something there
  }
}
