import { rmdir, symlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Account } from '../account/account.js';
import { canEnter } from '../account/can-enter.js';
import { makePublicFolder } from '../state/public-folder.js';
import type { UsableBinaries } from '../binaries/usable-binaries.js';
import { EmbeddedPostgresError } from '../embedded-postgres.error.js';
import { requireSameMajor } from './check-version.js';
import type { ClusterPaths } from './cluster-paths.js';
import { createCluster } from './create-cluster.js';
import { type FolderState, inspectFolder } from './inspect-folder.js';
import { preparePassword, readPassword } from './password-file.js';

/** A finished cluster. */
export interface Cluster {
  /** Where the data really are: `dataDir` may be a link. */
  readonly data: string;
  readonly password: string;
  readonly created: boolean;
}

export interface ClusterRequest {
  readonly paths: ClusterPaths;
  readonly binaries: UsableBinaries;
  readonly account: Account | undefined;
  readonly durable: boolean;
  readonly log: (line: string) => void;
}

/** Finds the cluster or makes it. Only under the lock. */
export async function prepareCluster(request: ClusterRequest): Promise<Cluster> {
  const { paths, account } = request;
  const state = await inspectFolder(paths.dataDir);
  if (state.kind === 'cluster') return existing(request, state);
  if (await canEnter(dirname(paths.dataDir), account)) return make(request, paths.dataDir);
  return prepareRefuge(request, state);
}

type ClusterState = Extract<FolderState, { kind: 'cluster' }>;

async function existing({ paths, binaries, account }: ClusterRequest, state: ClusterState): Promise<Cluster> {
  requireSameMajor(paths.dataDir, state.major, binaries.major);
  const password = await readPassword(paths.password, paths.dataDir);
  if (!(await canEnter(state.realPath, account))) {
    throw new EmbeddedPostgresError(
      `The OS user ${account?.name ?? ''}, which Postgres runs as because this process is root, cannot reach ${state.realPath}. ` +
        'Move the data folder and the files beside it to a place that user can enter, or start as an ordinary user.',
    );
  }
  return { data: state.realPath, password, created: false };
}

async function make({ paths, binaries, account, durable }: ClusterRequest, data: string): Promise<Cluster> {
  const password = await preparePassword(paths.password);
  await createCluster({ data, password, binaries, account, durable });
  return { data, password, created: true };
}

/** Makes the cluster where the account can reach it, or takes the one made there before the link was. */
async function prepareRefuge(request: ClusterRequest, state: FolderState): Promise<Cluster> {
  const { paths, account, log } = request;
  await makePublicFolder(dirname(dirname(paths.refuge)));
  await makePublicFolder(dirname(paths.refuge));
  const there = await inspectFolder(paths.refuge);
  const cluster =
    there.kind === 'cluster'
      ? await existing({ ...request, paths: { ...paths, dataDir: paths.refuge } }, there)
      : await make(request, paths.refuge);
  if (state.kind === 'empty') await rmdir(paths.dataDir);
  await symlink(paths.refuge, paths.dataDir);
  log(
    `The OS user ${account?.name ?? ''} cannot reach ${paths.dataDir}: the data are in ${paths.refuge}, and that name is a link to them.`,
  );
  return cluster;
}
