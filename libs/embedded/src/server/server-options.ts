import { EmbeddedPostgresError } from '../embedded-postgres.error.js';

/** The options of `postgres` for `pg_ctl -o`, which hands them to a shell. */
export function serverOptions(port: number, settings: Readonly<Record<string, string | number>>): string {
  const extra = Object.entries(settings).flatMap(([name, value]) => {
    if (!/^[a-z_][a-z0-9_.]*$/i.test(name))
      throw new EmbeddedPostgresError(`"${name}" is not the name of a Postgres setting.`);
    return ['-c', `${name}=${value}`];
  });
  // Ours come last, so that no setting opens the server to the network.
  return [...extra, '-p', String(port), '-h', '127.0.0.1', '-k', ''].map(quote).join(' ');
}

function quote(word: string): string {
  if (process.platform === 'win32') return `"${word.replaceAll('"', '\\"')}"`;
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
