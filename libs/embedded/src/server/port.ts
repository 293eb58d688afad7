import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { EmbeddedPostgresError } from '../embedded-postgres.error.js';

const HOST = '127.0.0.1';

export function requirePort(port: number | undefined): void {
  if (port === undefined || (Number.isInteger(port) && port > 0 && port < 65_536)) return;
  throw new EmbeddedPostgresError(`${port} is not a port: give a whole number from 1 to 65535.`);
}

/** The port that the cluster used last, when it is free; else any free one. */
export async function choosePort(data: string): Promise<number> {
  const last = await lastPort(data);
  return (last === undefined ? undefined : await tryPort(last)) ?? (await tryPort(0)) ?? 0;
}

/** Postgres keeps the command line of its last start. */
async function lastPort(data: string): Promise<number | undefined> {
  const options = await readFile(join(data, 'postmaster.opts'), 'utf8').catch(() => '');
  const port = /"-p" "(\d+)"/.exec(options)?.[1];
  return port === undefined ? undefined : Number(port);
}

/** @returns the port (for 0 one that the system chose), `undefined` when it is taken. */
function tryPort(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen(port, HOST, () => {
      const address = server.address();
      server.close(() => resolve(address !== null && typeof address === 'object' ? address.port : undefined));
    });
  });
}
