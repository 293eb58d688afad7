import { join } from 'node:path';

/** The programs of one Postgres installation. */
export interface Binaries {
  readonly initdb: string;
  readonly pgCtl: string;
  readonly postgres: string;
}

export function binariesIn(binDir: string): Binaries {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  return {
    initdb: join(binDir, `initdb${suffix}`),
    pgCtl: join(binDir, `pg_ctl${suffix}`),
    postgres: join(binDir, `postgres${suffix}`),
  };
}
