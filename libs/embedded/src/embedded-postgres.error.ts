/**
 * The only kind of error this package throws. Its message says what happened and what to do, and never
 * holds the superuser's password.
 *
 * @since 0.1.0
 */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';
}

/** Gives errors of the file system and of spawn the shape that callers are promised. */
export function asEmbeddedPostgresError(error: unknown, dataDir: string): EmbeddedPostgresError {
  if (error instanceof EmbeddedPostgresError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new EmbeddedPostgresError(
    `The embedded Postgres in ${dataDir} could not be handled: ${reason}.${adviceFor(codeOf(error))}`,
    { cause: error },
  );
}

/** The code of a Node.js system error, like `ENOENT`. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

function adviceFor(code: string | undefined): string {
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return ' Run as the owner of that folder, or choose another data folder.';
    case 'EEXIST':
    case 'ENOTDIR':
      return ' A file lies where a folder is needed: choose another data folder.';
    case 'EROFS':
      return ' The file system is read-only: choose a data folder on another one.';
    case 'ENOSPC':
    case 'EDQUOT':
      return ' The disk is full: free some space and start again.';
    default:
      return '';
  }
}
