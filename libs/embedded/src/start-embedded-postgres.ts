import type { Account } from './account/account.js';
import { type UsableBinaries, usableBinaries } from './binaries/usable-binaries.js';
import { chooseAccount } from './cluster/choose-account.js';
import { type ClusterPaths, clusterPaths } from './cluster/cluster-paths.js';
import { prepareCluster } from './cluster/prepare-cluster.js';
import { asEmbeddedPostgresError } from './embedded-postgres.error.js';
import type { EmbeddedPostgres, EmbeddedPostgresOptions } from './embedded-postgres.options.js';
import { addEntry, liveEntries, removeEntry } from './registry/registry.js';
import { withLock } from './registry/with-lock.js';
import { linkLog } from './server/log-file.js';
import { requirePort } from './server/port.js';
import { Revival } from './server/revival.js';
import { requireShellSafe } from './server/shell-safe.js';
import { type ServerRequest, startServer } from './server/start-server.js';
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
  const request = { data: cluster.data, log: logFile, port: options.port, settings, binaries, account };
  const server = await startServer(request);
  await linkLog(paths.log, logFile);
  if (options.port !== undefined && server.port !== options.port) {
    log(`Postgres was running already, on port ${server.port} and not on ${options.port}.`);
  }
  return {
    url: `postgres://postgres:${cluster.password}@127.0.0.1:${server.port}/postgres`,
    dataDir: paths.dataDir,
    created: cluster.created,
    ...server,
    ...(await share(installation, { ...request, port: server.port })),
  };
}

/** Enters this process among the users of the server, under the lock that has just started or found it. */
async function share(
  { options, paths }: Installation,
  server: ServerRequest,
): Promise<Pick<EmbeddedPostgres, 'stop' | 'kill'>> {
  const { data, binaries, account } = server;
  const entry = await addEntry(paths.users, 'user');
  const revival = options.revive ? watch(paths, server, options.log ?? silent) : undefined;
  const leave = async (): Promise<void> => {
    await revival?.end();
    await withLock(paths.users, async () => {
      await removeEntry(paths.users, entry);
      if ((await liveEntries(paths.users, 'user')).length === 0) await stopServer(data, binaries, account);
    });
  };
  let leaving: Promise<void> | undefined;
  const stop = (): Promise<void> =>
    (leaving ??= leave().catch((error: unknown) => {
      throw asEmbeddedPostgresError(error, paths.dataDir);
    }));
  return { stop, kill: () => killServer(data) };
}

/** Of several processes one starts it; the others find it running, since all of them know its port. */
function watch({ users }: ClusterPaths, server: ServerRequest, log: (line: string) => void): Revival {
  return new Revival({
    data: server.data,
    revive: async () => {
      const { adopted, port } = await withLock(users, () => startServer(server));
      if (!adopted) log(`Postgres had died; it was started again on port ${port}.`);
      else if (port !== server.port)
        log(`Postgres runs on port ${port} now, and no more on ${server.port}: restart this process.`);
    },
    failed: (error) => log(`Postgres has died and cannot be started again yet: ${String(error)}`),
  });
}

function silent(): void {}
