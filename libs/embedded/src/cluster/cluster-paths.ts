import { createHash } from 'node:crypto';
import { mkdir, realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { STATE_HOME } from '../state/state-home.js';

/** The data folder as the caller named it, and what lies beside it. */
export interface ClusterPaths {
  readonly dataDir: string;
  readonly password: string;
  readonly log: string;
  readonly users: string;
  /** Where the data go when the service account cannot reach `dataDir`. */
  readonly refuge: string;
}

/** Makes the parent folders. Two spellings of one folder give the same paths. */
export async function clusterPaths(given: string): Promise<ClusterPaths> {
  const absolute = resolve(given);
  await mkdir(dirname(absolute), { recursive: true });
  const dataDir = join(await realpath(dirname(absolute)), basename(absolute));
  const digest = createHash('sha256').update(dataDir).digest('hex').slice(0, 12);
  return {
    dataDir,
    password: `${dataDir}.password`,
    log: `${dataDir}.log`,
    users: `${dataDir}.users`,
    refuge: join(STATE_HOME, digest, 'postgres'),
  };
}
