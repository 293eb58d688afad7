import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { loginRoleName, loginRolePassword } from '../../libs/tenancy/src/roles/login-roles.js';
import { scramVerifier } from '../../libs/tenancy/src/roles/scram-verifier.js';
import type { TestDatabase } from './test-database.js';

const PROGRAM = '/usr/sbin/pgbouncer';

/** A PgBouncer in front of one test database. */
export interface PgBouncer {
  readonly url: string;
  /** Ends it, does something meanwhile, and starts it again with the same configuration. */
  restart(meanwhile?: () => Promise<void>): Promise<void>;
  stop(): Promise<void>;
}

export interface PgBouncerOptions {
  /** Connections to Postgres. */
  readonly poolSize: number;
  /** A connection string whose login it uses at Postgres, whoever its client is; without one it passes the client's on. */
  readonly loginOf?: string;
  /** `transaction` when absent. */
  readonly mode?: 'transaction' | 'session' | 'statement';
  /** Further lines of its [pgbouncer] section. */
  readonly lines?: readonly string[];
}

/** Says loudly when the leg is left out, so that nobody takes silence for a pass. */
export function isPgBouncerInstalled(): boolean {
  try {
    accessSync(PROGRAM, constants.X_OK);
    return true;
  } catch {
    process.stderr.write(
      '\n*** PgBouncer is not installed: the tests through it DO NOT RUN (apt-get install pgbouncer). ***\n\n',
    );
    return false;
  }
}

export async function startPgBouncer(database: TestDatabase, options: PgBouncerOptions): Promise<PgBouncer> {
  const folder = await mkdtemp(join(tmpdir(), 'tenantry-pgbouncer-'));
  await chmod(folder, 0o755);
  const port = await freePort();
  await writeConfiguration(folder, port, database, options);
  // It refuses to run as root.
  const account = userInfo().uid === 0 ? ['-u', 'postgres'] : [];
  const start = () =>
    spawn(PROGRAM, ['-q', ...account, join(folder, 'pgbouncer.ini')], { stdio: ['ignore', 'ignore', 'inherit'] });
  let child = start();
  await listening(port);
  const end = async (): Promise<void> => {
    const gone = once(child, 'exit');
    child.kill('SIGINT');
    child.kill('SIGTERM');
    await gone;
  };
  const url = new URL(database.url);
  url.port = String(port);
  return {
    url: url.href,
    restart: async (meanwhile) => {
      await end();
      await meanwhile?.();
      child = start();
      await listening(port);
    },
    stop: async () => {
      await end();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function writeConfiguration(
  folder: string,
  port: number,
  database: TestDatabase,
  { poolSize, loginOf, mode = 'transaction', lines = [] }: PgBouncerOptions,
): Promise<void> {
  const login = loginOf === undefined ? undefined : new URL(loginOf);
  const server = new URL(database.url);
  const installation = database.settings.get('TENANTRY_INSTALLATION');
  const password = loginRolePassword(database.secret, installation, 'app');
  const salt = database.secret.key(`salt:${installation}:app`).subarray(0, 16);
  // What pg_authid holds; PgBouncer passes it on to Postgres too, but not beside a login of its own.
  const entry = login ? password : scramVerifier(password, salt);
  await writeFile(join(folder, 'users.txt'), `"${loginRoleName(installation, 'app')}" "${entry}"\n`, {
    mode: 0o644,
  });
  await writeFile(
    join(folder, 'pgbouncer.ini'),
    [
      '[databases]',
      `* = host=127.0.0.1 port=${server.port}${login ? ` user=${login.username} password=${login.password}` : ''}`,
      '[pgbouncer]',
      'listen_addr = 127.0.0.1',
      `listen_port = ${port}`,
      'unix_socket_dir =',
      'auth_type = scram-sha-256',
      `auth_file = ${join(folder, 'users.txt')}`,
      `pool_mode = ${mode}`,
      `default_pool_size = ${poolSize}`,
      'max_client_conn = 200',
      'ignore_startup_parameters = extra_float_digits',
      ...lines,
      '',
    ].join('\n'),
    { mode: 0o644 },
  );
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Resolves when the port answers; a program that never listens fails the hook by its time limit. */
async function listening(port: number): Promise<void> {
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    const [event] = await Promise.race([
      once(socket, 'connect').then(() => ['connect']),
      once(socket, 'error').then(() => ['error']),
    ]).catch(() => ['error']);
    socket.destroy();
    if (event === 'connect') return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
