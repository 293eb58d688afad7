import { constants } from 'node:fs';
import { access, chmod, lstat, readFile, symlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { codeOf, EmbeddedPostgresError } from '../embedded-postgres.error.js';
import { type Binaries, binariesIn } from './binaries.js';
import type { PlatformPackage } from './platform-package.js';

/**
 * Does what the package's postinstall script would do: npm cannot pack symbolic links, so it ships a
 * list of them. Many installations do not run such scripts.
 */
export async function completePackage(pkg: PlatformPackage): Promise<Binaries> {
  const binaries = binariesIn(join(pkg.root, 'native', 'bin'));
  try {
    for (const link of await missingLinks(pkg.root)) await makeLink(link);
    if (process.platform !== 'win32') await Promise.all(Object.values(binaries).map(makeExecutable));
  } catch (error) {
    throw new EmbeddedPostgresError(
      `The package ${pkg.name} in ${pkg.root} is incomplete and cannot be completed by this user. ` +
        `Run \`npm rebuild ${pkg.name}\` as its owner.`,
      { cause: error },
    );
  }
  return binaries;
}

interface Link {
  readonly path: string;
  readonly target: string;
}

async function missingLinks(root: string): Promise<Link[]> {
  const listed = await readFile(join(root, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const entries: unknown = JSON.parse(listed);
  const links = Array.isArray(entries) ? entries.filter(isEntry) : [];
  const missing: Link[] = [];
  for (const { source, target } of links) {
    const path = join(root, target);
    if (await exists(path)) continue;
    missing.push({ path, target: relative(dirname(target), source) });
  }
  return missing;
}

/** In the package's list `source` is the file and `target` the link. */
function isEntry(entry: unknown): entry is { source: string; target: string } {
  return (
    typeof entry === 'object' &&
    entry !== null &&
    'source' in entry &&
    'target' in entry &&
    typeof entry.source === 'string' &&
    typeof entry.target === 'string'
  );
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

async function makeLink({ path, target }: Link): Promise<void> {
  await symlink(target, path).catch((error: unknown) => {
    if (codeOf(error) !== 'EEXIST') throw error; // another process was faster
  });
}

async function makeExecutable(file: string): Promise<void> {
  await access(file, constants.X_OK).catch(() => chmod(file, 0o755));
}
