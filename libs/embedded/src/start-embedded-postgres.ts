import type { Account } from './account/account.js';
import { type UsableBinaries, usableBinaries } from './binaries/usable-binaries.js';
import { chooseAccount } from './cluster/choose-account.js';
import { type ClusterPaths, clusterPaths } from './cluster/cluster-paths.js';
import { type Cluster, prepareCluster } from './cluster/prepare-cluster.js';
import { asEmbeddedPostgresError } from './embedded-postgres.error.js';
import type { EmbeddedPostgres, EmbeddedPostgresOptions } from './embedded-postgres.options.js';
import { addEntry, liveEntries, removeEntry } from './registry/registry.js';
import { withLock } from './registry/with-lock.js';
import { linkLog } from './server/log-file.js';
import { requirePort } from './server/port.js';
import { requireShellSafe } from './server/shell-safe.js';
import { startServer } from './server/start-server.js';
import { killServer, stopServer } from './server/stop-server.js';

/**
 * Starts the Postgres of a data folder, or joins the one that runs on it; makes the cluster when there is
 * none. It listens on 127.0.0.1 only. Every process that calls this has a share in the server, and the
 * last to `stop()` stops it. One killed with SIGKILL leaves it running for the next call to adopt.
 *
 * As root, Postgres runs as the OS user `postgres` or `nobody`.
 *
 * @throws EmbeddedPostgresError with what to do about it
 * @since 0.1.0
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  try {
    requirePort(options.port);
    const paths = await clusterPaths(options.dataDir);
    const account = await chooseAccount(paths.dataDir);
    const binaries = await usableBinaries(options.binDir, account, options.log ?? silent);
    requireShellSafe(paths.dataDir, binaries.pgCtl);
    return await withLock(paths.users, () => join({ options, paths, account, binaries }));
  } catch (error) {
    throw asEmbeddedPostgresError(error, options.dataDir);
  }
}

interface Installation {
  readonly options: EmbeddedPostgresOptions;
  readonly paths: ClusterPaths;
  readonly account: Account | undefined;
  readonly binaries: UsableBinaries;
}

async function join(installation: Installation): Promise<EmbeddedPostgres> {
  const { options, paths, account, binaries } = installation;
  const { settings = {}, log = silent } = options;
  const cluster = await prepareCluster({ paths, account, binaries, log, durable: settings['fsync'] !== 'off' });
  const logFile = `${cluster.data}.log`;
  const server = await startServer({
    data: cluster.data,
    log: logFile,
    port: options.port,
    settings,
    binaries,
    account,
  });
  await linkLog(paths.log, logFile);
  if (options.port !== undefined && server.port !== options.port) {
    log(`Postgres was running already, on port ${server.port} and not on ${options.port}.`);
  }
  return {
    url: `postgres://postgres:${cluster.password}@127.0.0.1:${server.port}/postgres`,
    dataDir: paths.dataDir,
    created: cluster.created,
    ...server,
    ...(await share(installation, cluster)),
  };
}

/** Enters this process among the users of the server, under the lock that has just started or found it. */
async function share(
  { paths, account, binaries }: Installation,
  { data }: Cluster,
): Promise<Pick<EmbeddedPostgres, 'stop' | 'kill'>> {
  const entry = await addEntry(paths.users, 'user');
  const leave = (): Promise<void> =>
    withLock(paths.users, async () => {
      await removeEntry(paths.users, entry);
      if ((await liveEntries(paths.users, 'user')).length === 0) await stopServer(data, binaries, account);
    }).catch((error: unknown) => {
      throw asEmbeddedPostgresError(error, paths.dataDir);
    });
  let leaving: Promise<void> | undefined;
  return { stop: () => (leaving ??= leave()), kill: () => killServer(data) };
}

function silent(): void {}
