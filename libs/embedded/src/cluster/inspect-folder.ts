import { lstat, readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf, EmbeddedPostgresError } from '../embedded-postgres.error.js';

/** What lies at the place of a data folder. */
export type FolderState =
  | { readonly kind: 'absent' | 'empty' }
  | { readonly kind: 'cluster'; readonly major: string; readonly realPath: string };

/** Looks without touching. Only finished clusters bear this name: initdb works under another. */
export async function inspectFolder(path: string): Promise<FolderState> {
  const entry = await lstat(path).catch(absentAs(undefined));
  if (entry === undefined) return { kind: 'absent' };
  const folder = await stat(path).catch(absentAs(undefined));
  if (folder === undefined) {
    throw new EmbeddedPostgresError(
      `The data folder ${path} is a link to a folder that is gone. ` +
        'Put that folder back; or, to begin with an empty database, remove the link.',
    );
  }
  if (!folder.isDirectory()) throw new EmbeddedPostgresError(`${path} is not a folder. Choose another data folder.`);
  const version = await readFile(join(path, 'PG_VERSION'), 'utf8').catch(absentAs(undefined));
  if (version !== undefined) return { kind: 'cluster', major: version.trim(), realPath: await realpath(path) };
  if ((await readdir(path)).length === 0) return { kind: 'empty' };
  throw new EmbeddedPostgresError(
    `The folder ${path} holds files but no Postgres cluster (there is no PG_VERSION in it), so it was left alone. ` +
      'Choose another data folder, or move those files away.',
  );
}

function absentAs<T>(value: T): (error: unknown) => T {
  return (error) => {
    if (codeOf(error) === 'ENOENT') return value;
    throw error;
  };
}
