import { EmbeddedPostgresError } from '../embedded-postgres.error.js';

/** Postgres does not read the files of another major version: refuse before anything is touched. */
export function requireSameMajor(dataDir: string, cluster: string, binaries: number): void {
  if (cluster === String(binaries)) return;
  throw new EmbeddedPostgresError(
    `The data folder ${dataDir} was made by Postgres ${cluster}, but the binaries at hand are Postgres ${binaries}. ` +
      `Nothing was changed. Either go on with Postgres ${cluster} (binDir), or export the data with it, ` +
      'start with another data folder and import them there.',
  );
}
